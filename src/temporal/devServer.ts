import { setTimeout as sleep } from 'node:timers/promises';
import { LockHeldError, withLock } from '../../setup/lock.js';
import { isSameProcess } from '../../setup/processIdentity.js';
import { BenchError, ConfigError } from '../core/errors.ts';
import { isHealthy } from './serverHealth.ts';
import { finishDatabase, launchServer } from './serverLaunch.ts';
import { readServerState, serverFiles, type ServerFiles, type ServerState } from './serverState.ts';

/** A server that answers. */
export interface DevServer {
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string;
  readonly pid: number;
  readonly serverVersion: string;
  readonly database: string;
  readonly log: string;
  /** It was running before. */
  readonly joined: boolean;
}

export interface DevServerOptions {
  /** Insist on this gRPC port; otherwise the last one, 7233, or any free one. */
  readonly port?: number | undefined;
  readonly uiPort?: number | undefined;
  /** How long a server that runs but does not answer is waited for before it is replaced; default 20. */
  readonly patienceSeconds?: number | undefined;
  /** Told once when another process is starting or stopping the server. */
  readonly onWait?: ((holderPid: number) => void) | undefined;
}

export type DevServerStatus =
  | { readonly state: 'stopped' }
  /** The process runs but does not answer (yet). */
  | { readonly state: 'unresponsive'; readonly server: DevServer }
  | { readonly state: 'running'; readonly server: DevServer };

const lockWaitSeconds = 120;
const endSeconds = 15;
const defaultPatienceSeconds = 20;

/** The embedded server of this BENCH_HOME, joined when it runs, otherwise started; answers when this returns. */
export async function startDevServer(options: DevServerOptions = {}): Promise<DevServer> {
  const files = serverFiles();
  const running = await joinHealthy(files);
  if (running !== null) return insistOnPorts(running, options);
  return alone(files, options, async () => {
    const found = await joinPatiently(files, options.patienceSeconds ?? defaultPatienceSeconds);
    if (found !== null) return insistOnPorts(found, options);
    return describe(await launchServer({ files, port: options.port, uiPort: options.uiPort }), false);
  });
}

/** Stops the server recorded in this BENCH_HOME and no other process. False when none was running. */
export async function stopDevServer(): Promise<boolean> {
  const files = serverFiles();
  return alone(files, {}, async () => {
    const state = await readServerState(files);
    if (state === null || !isSameProcess(state)) return false;
    await end(state, ['SIGTERM', 'SIGKILL']);
    return true;
  });
}

/** What the recorded server does now. */
export async function devServerStatus(): Promise<DevServerStatus> {
  const state = await readServerState(serverFiles());
  if (state === null || !isSameProcess(state)) return { state: 'stopped' };
  const server = describe(state, true);
  return { state: (await isHealthy(state)) ? 'running' : 'unresponsive', server };
}

async function joinHealthy(files: ServerFiles): Promise<DevServer | null> {
  const state = await readServerState(files);
  if (state === null || !isSameProcess(state)) return null;
  return (await isHealthy(state)) ? joined(state) : null;
}

/** One that was started by a process that died may still come up; one that never does is ours to end. */
async function joinPatiently(files: ServerFiles, patienceSeconds: number): Promise<DevServer | null> {
  const deadline = Date.now() + patienceSeconds * 1000;
  for (;;) {
    const state = await readServerState(files);
    if (state === null || !isSameProcess(state)) return null;
    if (await isHealthy(state)) return joined(state);
    if (Date.now() > deadline) {
      await end(state, ['SIGKILL']);
      return null;
    }
    await sleep(250);
  }
}

async function joined(state: ServerState): Promise<DevServer> {
  await finishDatabase(state);
  return describe(state, true);
}

async function end(state: ServerState, signals: readonly NodeJS.Signals[]): Promise<void> {
  for (const signal of signals) {
    if (!isSameProcess(state)) return;
    process.kill(state.pid, signal);
    const deadline = Date.now() + endSeconds * 1000;
    while (isSameProcess(state) && Date.now() < deadline) await sleep(50);
  }
}

function insistOnPorts(server: DevServer, options: DevServerOptions): DevServer {
  const wanted = [
    [options.port, server.address],
    [options.uiPort, server.uiUrl],
  ] as const;
  for (const [port, address] of wanted) {
    if (port === undefined || address.endsWith(`:${port}`)) continue;
    throw new ConfigError(
      `port ${port} was asked for, but the server of this BENCH_HOME already runs at ${address}; ` +
        'leave the port out, or run `bench server stop` first',
    );
  }
  return server;
}

function describe(state: ServerState, joined: boolean): DevServer {
  return {
    address: `127.0.0.1:${state.port}`,
    namespace: 'default',
    uiUrl: `http://127.0.0.1:${state.uiPort}`,
    pid: state.pid,
    serverVersion: state.serverVersion,
    database: state.database,
    log: state.log,
    joined,
  };
}

/** One process at a time starts or stops the server of a BENCH_HOME. */
async function alone<T>(files: ServerFiles, options: DevServerOptions, work: () => Promise<T>): Promise<T> {
  const { onWait } = options;
  try {
    const lock = { path: files.lock, waitSeconds: lockWaitSeconds };
    return await withLock(onWait === undefined ? lock : { ...lock, onWait }, work);
  } catch (error) {
    if (error instanceof LockHeldError) throw new ConfigError(error.message, { cause: error });
    if (error instanceof BenchError || !(error instanceof Error) || !('syscall' in error)) throw error;
    throw new ConfigError(
      `The embedded server's files in ${files.folder} cannot be written: ${error.message}.`,
      {
        cause: error,
      },
    );
  }
}
