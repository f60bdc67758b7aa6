import { hostname } from 'node:os';
import type { Client } from '@temporalio/client';
import { escapeForTerminal } from '../report/escape.ts';
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

/** Processes beside this one that poll a queue. */
export async function countOthers(client: Client, queue: string): Promise<number> {
  return (await pollersOf(client, queue)).filter((identity) => identity !== workerIdentity).length;
}

const reasonLength = 300;

/** How this process's workers are called where they say from now on why they take nothing from a queue. */
export function identityWithReason(reason: string): string {
  return `${workerIdentity} ${Date.now()} ${escapeForTerminal(reason, reasonLength)}`;
}

/** What each worker said last in a queue of reasons. Of one that says something else the server still knows what it said before. */
export async function reasonsOf(client: Client, queue: string): Promise<ReadonlyMap<string, string>> {
  const said = (await pollersOf(client, queue)).map((identity) => {
    const [worker = '', since, ...words] = identity.split(' ');
    return { worker, since: Number(since), words: words.join(' ') };
  });
  const inOrder = said.toSorted((one, other) => one.since - other.since);
  return new Map(inOrder.map(({ worker, words }) => [worker, words]));
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
  const [, pid, host] = /^bench-(\d+)@(\S*?)(?:\/\d+)?(?: .*)?$/.exec(identity) ?? [];
  if (pid === undefined || host !== hostname()) return true;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive all the same.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
