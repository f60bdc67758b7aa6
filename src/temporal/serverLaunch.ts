import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSameProcess, startTimeOf } from '../../setup/processIdentity.js';
import { findTemporalCli } from '../../setup/temporalCli.js';
import { BenchError, ConfigError } from '../core/errors.ts';
import { freePort, isFree } from './ports.ts';
import { acceptsConnections, isHealthy, keepHistoriesForAWeek } from './serverHealth.ts';
import { readServerState, writeServerState, type ServerFiles, type ServerState } from './serverState.ts';

interface Launch {
  readonly files: ServerFiles;
  readonly port: number | undefined;
  readonly uiPort: number | undefined;
}

const defaultPort = 7233;
const defaultUiPort = 8233;
const startSeconds = 90;
/** The first call to a server that was killed before can hang; the next one does not. */
const firstAnswerMilliseconds = 1_000;
const largestLogBytes = 10_000_000;
const launchAttempts = 5;

/** Starts a server of its own process group and returns when it answers. The caller holds the lock. */
export async function launchServer(launch: Launch): Promise<ServerState> {
  const cli = await usableCli();
  mkdirSync(launch.files.folder, { recursive: true });
  const database = join(launch.files.folder, `temporal-${cli.serverVersion}.db`);
  await dropUnfinishedDatabase(database);
  await rotateLog(launch.files.log);
  for (let attempt = 1; ; attempt += 1) {
    const ports = await choosePorts(launch);
    const saidBefore = await sizeOf(launch.files.log);
    const state = start({ launch, binary: cli.path, serverVersion: cli.serverVersion, database, ...ports });
    if (await becomesReady(state)) {
      await finishDatabase(state);
      return state;
    }
    const said = (await readFile(state.log).catch(() => Buffer.alloc(0))).toString('utf8', saidBefore);
    // Another program may have taken a port between our look and the server's, if only for a moment.
    if (attempt < launchAttempts && said.includes('address already in use')) continue;
    throw didNotStart(state, said);
  }
}

async function usableCli(): Promise<{ path: string; serverVersion: string }> {
  const found = await findTemporalCli().catch((error: Error) => {
    throw new ConfigError(error.message);
  });
  if (found !== null) return found;
  throw new ConfigError(
    'no Temporal CLI in BENCH_TEMPORAL_CLI, on PATH or in BENCH_HOME; run `node setup/setup.js` to get one',
  );
}

function start(plan: {
  launch: Launch;
  binary: string;
  serverVersion: string;
  database: string;
  port: number;
  uiPort: number;
}): ServerState {
  const { files } = plan.launch;
  const log = openSync(files.log, 'a');
  const child = spawn(plan.binary, serverArguments(plan), {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: files.folder,
    env: ownEnvironment(),
  });
  closeSync(log);
  child.on('error', () => undefined);
  child.unref();
  if (child.pid === undefined) throw new ConfigError(`${plan.binary} cannot be executed; is it a program?`);
  const { serverVersion, database, port, uiPort } = plan;
  const startTime = startTimeOf(child.pid) ?? 'gone';
  const state = {
    schema: 1,
    pid: child.pid,
    startTime,
    port,
    uiPort,
    serverVersion,
    database,
    log: files.log,
  } as const;
  writeServerState(files, state);
  return state;
}

function serverArguments(plan: { database: string; port: number; uiPort: number }): string[] {
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--log-level', 'warn'],
    ...['--port', String(plan.port), '--ui-port', String(plan.uiPort)],
    ...['--db-filename', plan.database],
    // Measured: two to three times as fast as SQLite's own defaults, and no slower than no syncing at all.
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
    // One process needs no partitions of its queues; what they pass on to each other is a tenth of its processor time.
    ...['--dynamic-config-value', 'matching.numTaskqueueReadPartitions=1'],
    ...['--dynamic-config-value', 'matching.numTaskqueueWritePartitions=1'],
  ];
}

/**
 * The user's TEMPORAL_* variables are for their clients; the CLI would take them for its own flags. Rarer garbage
 * collection spares a sixth of the server's processor time per turn (`npm run benchmark:serving`), for some memory.
 */
function ownEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_'));
  return { GOGC: '400', GOMEMLIMIT: '1GiB', ...Object.fromEntries(own) };
}

async function becomesReady(state: ServerState): Promise<boolean> {
  const deadline = Date.now() + startSeconds * 1000;
  while (isSameProcess(state)) {
    if ((await acceptsConnections(state.port)) && (await isHealthy(state, firstAnswerMilliseconds)))
      return true;
    if (Date.now() > deadline) {
      process.kill(state.pid, 'SIGKILL');
      return false;
    }
    await sleep(100);
  }
  return false;
}

async function choosePorts(launch: Launch): Promise<{ port: number; uiPort: number }> {
  for (const wanted of [launch.port, launch.uiPort]) {
    if (wanted === undefined || (await isFree(wanted))) continue;
    throw new ConfigError(
      `port ${wanted} was asked for, but another program listens on it; choose another one`,
    );
  }
  const last = await readServerState(launch.files);
  const port = launch.port ?? (await freePort([...(last ? [last.port] : []), defaultPort]));
  const uiPort = launch.uiPort ?? (await freePort([...(last ? [last.uiPort] : []), defaultUiPort]));
  return { port, uiPort };
}

function didNotStart(state: ServerState, said: string): BenchError {
  const lastLine = said.trimEnd().split('\n').at(-1) ?? '';
  return new BenchError(
    `the Temporal server did not start: ${lastLine.slice(0, 300) || 'it printed nothing'}\nits log is ${state.log}`,
    { retry: true },
  );
}

/** The server never completes a database whose making was interrupted; without its marker, nothing was ever in it. */
async function dropUnfinishedDatabase(database: string): Promise<void> {
  if ((await stat(readyMarker(database)).catch(() => null)) !== null) return;
  for (const suffix of ['', '-wal', '-shm', '-journal']) await rm(database + suffix, { force: true });
}

/**
 * Once for a database: by whoever finds its server healthy first, for the process that started it may be gone. One that is not
 * marked is made anew at the next start.
 */
export async function finishDatabase(state: ServerState): Promise<void> {
  const marker = readyMarker(state.database);
  if ((await stat(marker).catch(() => null)) !== null) return;
  await keepHistoriesForAWeek(state.port);
  await writeFile(marker, `${new Date().toISOString()}\n`);
}

function readyMarker(database: string): string {
  return `${database}.ready`;
}

async function rotateLog(log: string): Promise<void> {
  if ((await sizeOf(log)) > largestLogBytes) await rename(log, `${log}.1`);
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}
