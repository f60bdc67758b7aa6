import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { benchHome } from '../../../setup/home.js';

const processSchema = z.object({
  pid: z.int().positive(),
  /** As `startTimeOf` gives it; with the pid it names one process for ever. */
  startTime: z.string(),
});

const serverRecordSchema = z.object({
  schema: z.literal(1),
  engine: z.enum(['vllm', 'embedded']).default('vllm'),
  /** The server's first process, which leads its process group and session. */
  leader: processSchema,
  /** The command that must outlive the server; null when the server stays until `bench kill-vllm`. */
  owner: processSchema.nullable(),
  port: z.int(),
  gpuIds: z.array(z.string()),
  argv: z.array(z.string()),
  /** Model ids that it serves. */
  models: z.array(z.string()),
  log: z.string(),
  startedAt: z.string(),
});

/** A model server that was started on this machine; it may be gone. */
export type ServerRecord = z.infer<typeof serverRecordSchema>;

/** What a server is called in messages. */
export function nameOf({ engine }: Pick<ServerRecord, 'engine'>): string {
  return engine === 'vllm' ? 'vLLM' : 'embedded';
}

/** Folder of the records and logs of started servers. */
export function servingFolder(): string {
  return join(benchHome(), 'serving');
}

/** Synchronous, so that nothing comes between a server's start and its record. */
export function writeServerRecord(record: ServerRecord): void {
  const path = recordPath(record);
  mkdirSync(servingFolder(), { recursive: true });
  writeFileSync(`${path}.new`, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}

/** Records that can be read, oldest first. */
export async function readServerRecords(): Promise<ServerRecord[]> {
  const names = await readdir(servingFolder()).catch(() => []);
  const records = names
    .filter((name) => /^(vllm|embedded)-.*\.json$/.test(name))
    .map((name) => readOne(name));
  const found = (await Promise.all(records)).filter((record) => record !== null);
  return found.sort((a, b) => a.startedAt.localeCompare(b.startedAt));
}

/** Forgets a server that is gone. */
export async function removeServerRecord(record: ServerRecord): Promise<void> {
  await rm(recordPath(record), { force: true });
}

async function readOne(name: string): Promise<ServerRecord | null> {
  try {
    return serverRecordSchema.parse(JSON.parse(await readFile(join(servingFolder(), name), 'utf8')));
  } catch {
    return null;
  }
}

function recordPath({ engine, leader, port }: ServerRecord): string {
  return join(servingFolder(), `${engine}-${port}-${leader.pid}.json`);
}
