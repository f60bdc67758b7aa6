import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { digestOf } from '../../core/digest.ts';
import type { IntegrityFacts } from '../../core/integrity.ts';
import type { MethodText, SandboxRequest } from '../../ports/sandbox.ts';
import { survivalSchema } from './protocol.ts';
import { runnerDigest } from './runnerFolder.ts';

const memory = new Map<string, Promise<IntegrityFacts | undefined>>();
const keptInMemory = 4096;

/** What was seen of the reference on the same tests, if it has been looked at: the same for every candidate. */
export async function recallFacts(
  request: SandboxRequest,
  reference: MethodText,
): Promise<IntegrityFacts | undefined> {
  const key = await keyOf(request, reference);
  return memory.get(key) ?? remember(key, read(placeOf(request, key).path));
}

/** Looks at the reference, once for all who ask meanwhile, and keeps what is seen with the environment. */
export function keepFacts(
  request: SandboxRequest,
  reference: MethodText,
  measure: () => Promise<IntegrityFacts>,
): Promise<IntegrityFacts> {
  return exchange(request, reference, async (known) => known ?? (await measure()));
}

/** Looks at the reference once more, and keeps what it did at any time. */
export function keepMoreFacts(
  request: SandboxRequest,
  reference: MethodText,
  measure: () => Promise<IntegrityFacts>,
): Promise<IntegrityFacts> {
  return exchange(request, reference, async (known) => together(known, await measure()));
}

async function exchange(
  request: SandboxRequest,
  reference: MethodText,
  next: (known: IntegrityFacts | undefined) => Promise<IntegrityFacts>,
): Promise<IntegrityFacts> {
  const key = await keyOf(request, reference);
  const before = memory.get(key);
  const found = async (): Promise<IntegrityFacts> => {
    const known = await before;
    const facts = await next(known);
    if (facts !== known) await write(placeOf(request, key), facts);
    return facts;
  };
  return remember(key, found());
}

/** What the tests noticed is taken from the first look. */
function together(known: IntegrityFacts | undefined, more: IntegrityFacts): IntegrityFacts {
  const events = new Set([...(known?.events ?? []), ...more.events]);
  return { ...(known ?? more), events: [...events].sort() };
}

async function keyOf(request: SandboxRequest, reference: MethodText): Promise<string> {
  const { environment, filePath, qualifiedName, tests } = request;
  return digestOf({
    environment: environment.digest,
    runner: await runnerDigest(),
    filePath,
    qualifiedName,
    reference: reference.line,
    tests: [...tests].sort(),
  });
}

interface FactsPlace {
  readonly folder: string;
  readonly path: string;
}

function placeOf({ environment }: SandboxRequest, key: string): FactsPlace {
  const folder = join(environment.root, 'integrity');
  return { folder, path: join(folder, `${key}.json`) };
}

function remember<Facts extends IntegrityFacts | undefined>(
  key: string,
  facts: Promise<Facts>,
): Promise<Facts> {
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

function read(path: string): Promise<IntegrityFacts | undefined> {
  return readFile(path, 'utf8').then(
    (text) => factsSchema.safeParse(parsed(text)).data,
    () => undefined,
  );
}

async function write({ folder, path }: FactsPlace, facts: IntegrityFacts): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  // Another user's environment cannot be written to: then this process remembers, and that is enough.
  await mkdir(folder, { recursive: true })
    .then(() => writeFile(temporary, JSON.stringify(facts)))
    .then(() => rename(temporary, path))
    .catch(() => rm(temporary, { force: true }).catch(() => undefined));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
