import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { servingFolder } from './serverRecords.ts';

const cacheSchema = z.record(z.string(), z.string());

/**
 * `sha256:…` over names and bytes of a folder's weights and configuration; null when the folder cannot be read here
 * (the servers may see it, we need not). Files are hashed once: size and time of change say whether again.
 */
export async function weightsDigest(folder: string): Promise<string | null> {
  const names = await readdir(folder).catch(() => null);
  if (names === null) return null;
  const cache = await readCache();
  const hash = createHash('sha256');
  const files = names.filter((name) => /\.(safetensors|bin|pt|gguf|json|model|txt)$/.test(name)).sort();
  for (const name of files) {
    const path = join(folder, name);
    const { size, mtimeMs } = await stat(path);
    const stamp = `${path} ${size} ${mtimeMs}`;
    const digest = cache[stamp] ?? (await digestOfFile(path));
    cache[stamp] = digest;
    hash.update(`${name}\0${digest}\0`);
  }
  await writeCache(cache);
  return files.length === 0 ? null : `sha256:${hash.digest('hex')}`;
}

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 4 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function cachePath(): string {
  return join(servingFolder(), 'weights-digests.json');
}

async function readCache(): Promise<Record<string, string>> {
  try {
    return cacheSchema.parse(JSON.parse(await readFile(cachePath(), 'utf8')));
  } catch {
    return {};
  }
}

async function writeCache(cache: Readonly<Record<string, string>>): Promise<void> {
  const path = cachePath();
  const latest = Object.entries(cache).slice(-2000);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.${process.pid}`, JSON.stringify(Object.fromEntries(latest)));
  await rename(`${path}.${process.pid}`, path);
}
