import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { digestOf } from '../../core/digest.ts';
import type { IntegrityFacts } from '../../core/integrity.ts';
import type { MethodText, SandboxRequest } from '../../ports/sandbox.ts';
import { survivalSchema } from './protocol.ts';
import { runnerDigest } from './runnerFolder.ts';

const memory = new Map<string, Promise<IntegrityFacts>>();
const keptInMemory = 4096;

/**
 * What is seen of the reference on the same tests: measured at first use, then read from the environment's folder.
 * The same for every candidate, so it is kept for all of them.
 */
export async function knownFacts(
  request: SandboxRequest,
  reference: MethodText,
  measure: () => Promise<IntegrityFacts>,
): Promise<IntegrityFacts> {
  const { environment, filePath, qualifiedName, tests } = request;
  const key = digestOf({
    environment: environment.digest,
    runner: await runnerDigest(),
    filePath,
    qualifiedName,
    reference: reference.line,
    tests: [...tests].sort(),
  });
  const known = memory.get(key);
  if (known) return known;
  const folder = join(environment.root, 'integrity');
  const facts = readOrMeasure({ folder, path: join(folder, `${key}.json`), measure });
  memory.set(key, facts);
  facts.catch(() => memory.delete(key));
  const oldest = memory.size > keptInMemory ? memory.keys().next().value : undefined;
  if (oldest !== undefined) memory.delete(oldest);
  return facts;
}

const factsSchema = z.object({
  sabotage: z.object({ empty: survivalSchema.exactOptional(), raise: survivalSchema.exactOptional() }),
  canaries: z.array(z.string()),
  events: z.array(z.string()),
});

interface Keeping {
  readonly folder: string;
  readonly path: string;
  readonly measure: () => Promise<IntegrityFacts>;
}

async function readOrMeasure({ folder, path, measure }: Keeping): Promise<IntegrityFacts> {
  const kept = await readFile(path, 'utf8').then(
    (text) => factsSchema.safeParse(parsed(text)).data,
    () => undefined,
  );
  if (kept) return kept;
  const facts = await measure();
  const temporary = `${path}.${randomUUID()}`;
  // Another user's environment cannot be written to: then this process remembers, and that is enough.
  await mkdir(folder, { recursive: true })
    .then(() => writeFile(temporary, JSON.stringify(facts)))
    .then(() => rename(temporary, path))
    .catch(() => rm(temporary, { force: true }).catch(() => undefined));
  return facts;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
