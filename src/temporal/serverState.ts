import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { benchHome } from '../../setup/home.js';

const serverStateSchema = z.object({
  schema: z.literal(1),
  pid: z.number().int().positive(),
  /** As `startTimeOf` gives it; with the pid it names one process for ever. */
  startTime: z.string(),
  port: z.number().int(),
  uiPort: z.number().int(),
  serverVersion: z.string(),
  database: z.string(),
  log: z.string(),
});

/** The server that was started last in this BENCH_HOME; it may be gone. */
export type ServerState = z.infer<typeof serverStateSchema>;

/** Where the embedded server's files live. */
export interface ServerFiles {
  readonly folder: string;
  readonly state: string;
  readonly lock: string;
  readonly log: string;
}

/** The files of the embedded server of the current BENCH_HOME. */
export function serverFiles(): ServerFiles {
  const folder = join(benchHome(), 'server');
  return {
    folder,
    state: join(folder, 'state.json'),
    lock: join(folder, 'lock'),
    log: join(folder, 'temporal.log'),
  };
}

/** Null when no server was ever started here, or the file cannot be understood. */
export async function readServerState(files: ServerFiles): Promise<ServerState | null> {
  const text = await readFile(files.state, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return serverStateSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Synchronous, so that nothing comes between a server's start and its record. */
export function writeServerState(files: ServerFiles, state: ServerState): void {
  mkdirSync(files.folder, { recursive: true });
  const temporary = `${files.state}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(temporary, files.state);
}
