import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../../src/temporal/connection.ts';
import { mainFile } from '../cli/runBench.ts';

/** A `bench worker` in a process of its own, as a host of a cluster runs it. */
export interface Host {
  readonly process: ChildProcess;
  /** What it has said so far. */
  words(): string;
  /** With SIGTERM. */
  stop(): Promise<void>;
}

export interface HostOptions {
  readonly server: Server;
  /** Its working folder and its home, unless `environment` names another. */
  readonly home: string;
  /** Everything where nothing is said. */
  readonly role?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** The program, where it is not this tree's. */
  readonly program?: string;
}

/** Returns when it works. */
export async function startHost({ server, home, role, environment, program }: HostOptions): Promise<Host> {
  await mkdir(home, { recursive: true });
  const flags = ['worker', '--grace', '0', ...(role === undefined ? [] : ['--roles', role])];
  const child = spawn(process.execPath, [program ?? mainFile, ...flags], {
    cwd: home,
    env: { ...process.env, BENCH_HOME: home, TEMPORAL_ADDRESS: server.address, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => void (words += chunk.toString()));
  const host = { process: child, words: () => words, stop: () => stop(child) };
  while (!words.includes('runs; Ctrl-C stops it')) {
    assert.equal(child.exitCode, null, words);
    await sleep(100);
  }
  return host;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
