import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { shortDigest } from '../../core/digest.ts';

/** What a stage has finished is kept here, so that an interrupted build goes on where it was. */
export interface WorkFolder {
  readonly path: string;
  /** Gives the kept value, or makes and keeps it. A half-written file is never seen. */
  keep<Value>(name: string, make: () => Promise<Value>): Promise<Value>;
}

/** Opens a folder of kept values; its name must say everything that they depend on. */
export function openWorkFolder(path: string): WorkFolder {
  return {
    path,
    async keep(name, make) {
      // To be found by people; the digest tells `a/b` from `a_b`.
      const readable = name.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 150);
      const file = join(path, `${readable}-${shortDigest(name)}.json.gz`);
      const kept = await readKept(file);
      if (kept !== undefined) return kept.value as Awaited<ReturnType<typeof make>>;
      const value = await make();
      await mkdir(dirname(file), { recursive: true });
      const temporary = `${file}.${randomUUID()}`;
      await writeFile(temporary, gzipSync(JSON.stringify(value)));
      await rename(temporary, file);
      return value;
    },
  };
}

async function readKept(file: string): Promise<{ value: unknown } | undefined> {
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null) return undefined;
  try {
    return { value: JSON.parse(gunzipSync(bytes).toString('utf8')) };
  } catch {
    return undefined;
  }
}
