import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { StorageError } from '../core/errors.ts';
import type { PreparedEnvironment } from '../ports/sandbox.ts';
import { withLock } from '../../setup/lock.js';

const entrySchema = z.object({
  /** Digest of the runner that saw it. */
  runner: z.string(),
  /** How often each status was seen. */
  statuses: z.record(z.string(), z.number()),
  /** Each run: the seed of its order, whether other slots kept the cores busy, what the test did. */
  runs: z.array(z.object({ order: z.number(), load: z.boolean(), status: z.string() })),
});
const fileSchema = z.object({ schema: z.literal(1), tests: z.record(z.string(), entrySchema) });

/** A test that did not do the same each time on the reference. */
export type QuarantinedTest = z.infer<typeof entrySchema>;
/** By test id. */
export type Quarantine = ReadonlyMap<string, QuarantinedTest>;

/** The tests of an environment that are known to be unsteady; empty when none are. */
export async function readQuarantine(environment: Pick<PreparedEnvironment, 'root'>): Promise<Quarantine> {
  const path = quarantineFile(environment);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return new Map();
  try {
    return new Map(Object.entries(fileSchema.parse(JSON.parse(text)).tests));
  } catch (cause) {
    throw new StorageError(`${path} is not a quarantine: remove it, and run bench env baseline again.`, {
      cause,
    });
  }
}

/** Puts tests into quarantine. One that another runner put there is let out when `checked` holds it and `found` does not. */
export async function updateQuarantine(
  environment: PreparedEnvironment,
  update: { readonly runner: string; readonly checked: readonly string[]; readonly found: Quarantine },
): Promise<Quarantine> {
  const path = quarantineFile(environment);
  await mkdir(environment.root, { recursive: true });
  return withLock({ path: `${path}.lock`, waitSeconds: Infinity }, async () => {
    const tests = new Map(await readQuarantine(environment));
    for (const test of update.checked) {
      if (tests.get(test)?.runner !== update.runner) tests.delete(test);
    }
    for (const [test, entry] of update.found) tests.set(test, entry);
    const sorted = [...tests].sort(([a], [b]) => (a < b ? -1 : 1));
    const content = { schema: 1, tests: Object.fromEntries(sorted) };
    await writeFile(`${path}.${process.pid}`, `${JSON.stringify(content, null, 2)}\n`);
    await rename(`${path}.${process.pid}`, path);
    return new Map(sorted);
  });
}

/** Beside the environment, so that both go together. */
export function quarantineFile({ root }: Pick<PreparedEnvironment, 'root'>): string {
  return join(root, 'quarantine.json');
}
