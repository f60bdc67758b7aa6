import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { treeOf } from '../../../benchmarks/processes.ts';
import type { Host } from './host.ts';

/** A part of the cluster whose process is started again whenever it ends, as a service manager does it. */
export interface Part {
  readonly name: string;
  /** Null: it cannot be cut off or filled up. */
  readonly host: Host | null;
  /** With SIGKILL. */
  kill(): Promise<void>;
  /** SIGSTOP or SIGCONT to it and to all that it has started. */
  signalAll(signal: 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
}

export interface Program {
  readonly name: string;
  readonly host: Host | null;
  readonly server: {
    /** One that runs already. */
    readonly process: ChildProcess | null;
    spawn(): ChildProcess;
  };
  readonly stopSignal?: 'SIGINT' | 'SIGTERM';
}

const restartMilliseconds = 1000;
const patienceMilliseconds = 30_000;

/** Watches over a program that runs. */
export function keepRunning({ name, host, server, stopSignal = 'SIGTERM' }: Program): Part {
  let child = server.process ?? server.spawn();
  let isStopped = false;
  let restart: NodeJS.Timeout | undefined;
  const watch = (): void => {
    child.once('exit', () => {
      if (isStopped) return;
      restart = setTimeout(() => {
        child = server.spawn();
        watch();
      }, restartMilliseconds);
    });
  };
  watch();
  const signalAll = async (signal: NodeJS.Signals): Promise<void> => {
    if (hasEnded(child)) return;
    for (const pid of await treeOf(child.pid ?? 0)) trySignal(pid, signal);
  };
  return {
    name,
    host,
    signalAll,
    kill: () => endWith(child, 'SIGKILL'),
    async stop() {
      isStopped = true;
      clearTimeout(restart);
      await signalAll('SIGCONT');
      const gentle = endWith(child, stopSignal);
      await Promise.race([gentle, sleep(patienceMilliseconds, undefined, { ref: false })]);
      await endWith(child, 'SIGKILL');
    },
  };
}

async function endWith(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const end = once(child, 'exit');
  child.kill(signal);
  await end;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended.
  }
}
