import type { Client } from '@temporalio/client';
import type { HostGap, HostGaps } from '../../activities/hostGaps.ts';
import { isModelQueue } from '../../activities/queues.ts';
import { standAsideQueue, type Role } from '../core/flow/queues.ts';
import { isFeeder, pollersOf, workerIdentity, workersOf } from './pollers.ts';

export interface QueueNeed {
  readonly queue: string;
  /** Undefined where the host's own cores decide. */
  readonly slots?: number | undefined;
}

/** A queue of open runs, and a folder to look into for what its work needs. */
export interface OpenQueue extends QueueNeed {
  readonly role: 'model' | 'sandbox';
  /** Null in a run that an older worker began: nobody stands aside from it. */
  readonly folder: string | null;
}

/** The queues of endpoints and sandboxes that open runs name in their memos. */
export async function openQueues(client: Client): Promise<OpenQueue[]> {
  const needed = new Map<string, OpenQueue>();
  const query = "WorkflowType = 'benchRun' AND ExecutionStatus = 'Running'";
  for await (const { memo } of client.workflow.list({ query })) {
    for (const role of ['model', 'sandbox'] as const) {
      const queue = memo?.[`${role}Queue`];
      const slots = memo?.[`${role}Slots`];
      const folder = memo?.['folder'];
      if (typeof queue !== 'string') continue;
      const most = Math.max(needed.get(queue)?.slots ?? 0, typeof slots === 'number' ? slots : 0);
      needed.set(queue, {
        queue,
        role,
        folder: typeof folder === 'string' ? folder : (needed.get(queue)?.folder ?? null),
        ...(most > 0 && { slots: most }),
      });
    }
  }
  return [...needed.values()];
}

/** Who polls what: this process's part of the open queues. */
export interface Share {
  /** Queues to poll. */
  readonly ours: readonly OpenQueue[];
  /** Queues that this host takes nothing from while another can, and what it lacks for them. */
  readonly lacking: ReadonlyMap<string, HostGap>;
  /** Endpoints that another process feeds: to be left at once. */
  readonly others: ReadonlySet<string>;
}

export interface Sharing {
  readonly client: Client;
  readonly roles: readonly Role[];
  readonly gapOf: HostGaps;
}

/**
 * An endpoint is fed by the oldest worker that lacks nothing for it, a sandbox queue is polled by all of these. Where every
 * worker lacks something, it is as if none did: their errors tell the run what. One that is about to have what it lacks
 * counts as one that has it, and what waits for it waits.
 */
export async function shareOfQueues({ client, roles, gapOf }: Sharing): Promise<Share> {
  const ours: OpenQueue[] = [];
  const lacking = new Map<string, HostGap>();
  const others = new Set<string>();
  for (const need of await openQueues(client)) {
    if (!roles.includes(need.role)) continue;
    const gap = need.folder === null ? null : await gapOf(need.folder, need.role);
    if (gap !== null) lacking.set(need.queue, gap);
    const able = await ableWorkers(client, need, gap?.isMending === false);
    const isMending = gap?.isMending === true;
    const isOurs =
      able.includes(workerIdentity) && !isMending && (!isModelQueue(need.queue) || isFeeder(able));
    if (isOurs) ours.push(need);
    else others.add(need.queue);
  }
  return { ours, lacking, others };
}

async function ableWorkers(
  client: Client,
  { queue, role }: OpenQueue,
  isLacking: boolean,
): Promise<string[]> {
  const all = [...new Set([...(await workersOf(client, role)), workerIdentity])];
  if (all.length === 1) return all;
  const aside = new Set(await pollersOf(client, standAsideQueue(queue)));
  if (isLacking) aside.add(workerIdentity);
  // The server remembers a poller for a while; of an endpoint there must not be two feeders meanwhile.
  else if (role === 'sandbox') aside.delete(workerIdentity);
  const able = all.filter((identity) => !aside.has(identity));
  return able.length === 0 ? all : able;
}
