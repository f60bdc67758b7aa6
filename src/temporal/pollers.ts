import { hostname } from 'node:os';
import type { Client } from '@temporalio/client';
import { presenceQueue, type Role } from '../core/flow/queues.ts';

/** The workers of each role, as far as they may still be alive. */
export type Presence = Readonly<Record<Role, readonly string[]>>;

/** Who is there, by role. */
export async function presenceOf(client: Client): Promise<Presence> {
  const [workflow, model, sandbox] = await Promise.all([
    workersOf(client, 'workflow'),
    workersOf(client, 'model'),
    workersOf(client, 'sandbox'),
  ]);
  return { workflow, model, sandbox };
}

/** All workers, whatever they are there for. */
export async function allWorkers(client: Client): Promise<string[]> {
  return [...new Set(Object.values(await presenceOf(client)).flat())];
}

/** The workers of one role. */
export function workersOf(client: Client, role: Role): Promise<string[]> {
  return pollersOf(client, presenceQueue(role));
}

/** Identities of the workers that poll a queue for activities, as far as they may still be alive. */
export async function pollersOf(client: Client, queue: string): Promise<string[]> {
  const { pollers } = await describeSteps(client, queue);
  const recent = (pollers ?? []).filter(({ lastAccessTime }) => {
    const seconds = Number(lastAccessTime?.seconds ?? 0);
    return Date.now() / 1000 - seconds < 90;
  });
  return recent.map(({ identity }) => identity ?? 'unknown').filter(mayBeAlive);
}

/** What the server knows of a queue's activities; statistics only where they are asked for. */
export function describeSteps(client: Client, queue: string, more: { readonly reportStats?: boolean } = {}) {
  return client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: queue },
    taskQueueType: 2,
    ...more,
  });
}

/** How this process's workers are called: where it is, and since when. */
export const workerIdentity = `bench-${process.pid}@${hostname()}/${Math.round(performance.timeOrigin)}`;

/** Since when it is there is of no use to a reader. */
export function withoutStart(identity: string): string {
  return identity.replace(/\/\d+$/, '');
}

/**
 * One worker process feeds an endpoint, so that its limits hold for all runs together: the oldest of those that may still
 * be alive. The others stand by.
 */
export function isFeeder(identities: readonly string[], own = workerIdentity): boolean {
  const oldest = [...new Set([...identities, own])].toSorted(
    (one, other) => startOf(one) - startOf(other) || (one < other ? -1 : 1),
  );
  return oldest[0] === own;
}

/** A worker that does not say since when it is there feeds nothing of ours. */
function startOf(identity: string): number {
  return Number(/\/(\d+)$/.exec(identity)?.[1] ?? Number.POSITIVE_INFINITY);
}

/** The server remembers the pollers of a dead worker for minutes; those of this machine can be looked at. */
function mayBeAlive(identity: string): boolean {
  const [, pid, host] = /^bench-(\d+)@(.*?)(?:\/\d+)?$/.exec(identity) ?? [];
  if (pid === undefined || host !== hostname()) return true;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive all the same.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
