import type { Client } from '@temporalio/client';
import { benchQueue, versionQueue } from '../../workflows/workflowIds.ts';
import { reasonsQueue, roles, sandboxQueue, standAsideQueue, type Role } from '../core/flow/queues.ts';
import { openQueues } from './neededQueues.ts';
import { pendingSteps, startedState } from './pendingSteps.ts';
import { describeSteps, pollersOf, presenceOf, reasonsOf } from './pollers.ts';

/** Who works for a server, and what waits for them. */
export interface ClusterView {
  readonly workers: readonly WorkerView[];
  readonly queues: readonly QueueView[];
  /** Items that were looked at for what the workers do; the rest of the open ones was not. */
  readonly itemsLookedAt: number;
}

export interface WorkerView {
  readonly identity: string;
  readonly roles: readonly Role[];
  /** Steps under way, by name. */
  readonly doing: Readonly<Record<string, number>>;
  /** Queues of open runs from which it takes nothing, for it lacks a key, an environment or the folder. */
  readonly lacksFor: readonly string[];
  /** What it says it lacks, or is about to have, by queue. */
  readonly reasons: Readonly<Record<string, string>>;
}

export interface QueueView {
  readonly queue: string;
  /** Steps of it that one worker takes at a time; null where each host's cores decide. */
  readonly slots: number | null;
  /** Steps that nobody has taken yet, about. */
  readonly backlog: number;
  readonly oldestSeconds: number;
  /** Steps per second that workers took lately. */
  readonly rate: number;
}

const mostItems = 200;

/** Asks the server; no worker is disturbed. */
export async function clusterView(client: Client): Promise<ClusterView> {
  const [presence, open, work] = await Promise.all([presenceOf(client), openQueues(client), workOf(client)]);
  const lacks = await Promise.all(open.map(({ queue }) => lacksOf(client, queue)));
  const here = new Set([...Object.values(presence).flat(), ...work.doing.keys()]);
  const known = [{ queue: benchQueue }, { queue: versionQueue }, { queue: sandboxQueue }, ...open];
  return {
    workers: [...here].toSorted().map((identity) => ({
      identity,
      roles: roles.filter((role) => presence[role].includes(identity)),
      doing: Object.fromEntries(work.doing.get(identity) ?? []),
      lacksFor: lacks.filter(({ aside }) => aside.includes(identity)).map(({ queue }) => queue),
      reasons: Object.fromEntries(
        lacks.flatMap(({ queue, reasons }) => {
          const words = reasons.get(identity);
          return words === undefined ? [] : [[queue, words]];
        }),
      ),
    })),
    queues: await Promise.all(known.map((queue) => queueView(client, queue))),
    itemsLookedAt: work.items,
  };
}

/** Who takes nothing from a queue, and what they say; what was said before a host took its work is over. */
async function lacksOf(client: Client, queue: string) {
  const [aside, taking, reasons] = await Promise.all([
    pollersOf(client, standAsideQueue(queue)),
    pollersOf(client, queue),
    reasonsOf(client, reasonsQueue(queue)),
  ]);
  const current = [...reasons].filter(([who]) => aside.includes(who) || !taking.includes(who));
  return { queue, aside, reasons: new Map(current) };
}

async function queueView(
  client: Client,
  { queue, slots }: { readonly queue: string; readonly slots?: number | undefined },
): Promise<QueueView> {
  const { stats } = await describeSteps(client, queue, { reportStats: true });
  return {
    queue,
    slots: slots ?? null,
    backlog: Number(stats?.approximateBacklogCount ?? 0),
    oldestSeconds: Number(stats?.approximateBacklogAge?.seconds ?? 0),
    rate: stats?.tasksDispatchRate ?? 0,
  };
}

/** Steps of open items that a worker has taken, by worker and name. */
async function workOf(
  client: Client,
): Promise<{ readonly doing: Map<string, Map<string, number>>; readonly items: number }> {
  const doing = new Map<string, Map<string, number>>();
  const query = "WorkflowType = 'benchItem' AND ExecutionStatus = 'Running'";
  let items = 0;
  for await (const pending of pendingSteps(client, query, mostItems)) {
    items += 1;
    for (const { activityType, state, lastWorkerIdentity } of pending) {
      if (state !== startedState || !lastWorkerIdentity) continue;
      const name = activityType?.name ?? 'step';
      const steps = doing.get(lastWorkerIdentity) ?? new Map<string, number>();
      doing.set(lastWorkerIdentity, steps.set(name, (steps.get(name) ?? 0) + 1));
    }
  }
  return { doing, items };
}
