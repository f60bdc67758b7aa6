import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
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

function lives(worker: string): boolean {
  const [pid = '', ...started] = worker.split(' ');
  return isSameProcess({ pid: Number(pid), startTime: started.join(' ') });
}

/** Workers in containers may share an engine and a kernel, but not their process ids. */
function thisHost(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}
