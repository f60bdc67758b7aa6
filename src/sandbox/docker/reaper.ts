import { spawn } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import type { Socket } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { isSameProcess, startTimeOf } from '../../../setup/processIdentity.js';
import { explainEngine } from './engine.ts';

const labels = { host: 'triathlon.host', worker: 'triathlon.worker' } as const;

/** Names this process on every container that it makes. */
export function workerLabels(): Record<string, string> {
  return {
    [labels.host]: thisHost(),
    [labels.worker]: `${process.pid} ${startTimeOf(process.pid) ?? ''}`,
  };
}

/**
 * Removes containers of this machine's workers that are dead. The second line: a container ends by itself when its
 * worker does, unless it was never started, or the engine was away. Answers how many there were.
 */
export async function reapContainers(engine: Docker): Promise<number> {
  const found = await engine
    .listContainers({ all: true, filters: { label: [`${labels.host}=${thisHost()}`] } })
    .catch((error: unknown) => {
      throw explainEngine(error, 'list its containers');
    });
  const dead = found.filter(({ Labels }) => !lives(Labels[labels.worker] ?? ''));
  await Promise.all(
    dead.map(({ Id }) =>
      engine
        .getContainer(Id)
        .remove({ force: true, v: true })
        .catch(() => undefined),
    ),
  );
  return dead.length;
}

/**
 * Starts a shell that waits until this process is dead, whatever kills it, and then removes its containers: one that was
 * made and not yet started has no end by itself. Answers how to call it off.
 */
export function reapAfterDeath(): () => void {
  const script = join(import.meta.dirname, 'reapAfterwards.ts');
  const shell = spawn('/bin/sh', ['-c', 'cat > /dev/null; exec "$0" "$1"', process.execPath, script], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  });
  // Without a shell there is still the next worker's sweep.
  shell.on('error', () => undefined).unref();
  (shell.stdin as Socket).unref();
  return () => {
    // In this order: its input's end alone would start what follows.
    shell.kill('SIGKILL');
    shell.stdin.destroy();
  };
}

function lives(worker: string): boolean {
  const [pid = '', ...started] = worker.split(' ');
  return isSameProcess({ pid: Number(pid), startTime: started.join(' ') });
}

/** Hosts of one name may share an engine. */
function machineId(): string {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim().slice(0, 12);
  } catch {
    return '';
  }
}

/** Workers in containers may share an engine and a kernel, but not their process ids. */
function thisHost(): string {
  try {
    return `${hostname()} ${machineId()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}
