import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger, Worker } from '@temporalio/worker';
import { reasonsQueue, standAsideQueue } from '../core/flow/queues.ts';
import { identityWithReason } from './pollers.ts';
import { shareOfQueues, type QueueNeed, type Share, type Sharing } from './neededQueues.ts';

export type { QueueNeed } from './neededQueues.ts';

export interface QueueKeeping extends Sharing {
  readonly logger: Logger;
  readonly open: (need: QueueNeed) => Promise<Worker>;
  /** Polls a queue that only says who is there. */
  readonly bePresent: (queue: string, identity?: string) => Promise<Worker>;
}

interface Poller {
  readonly worker: Worker;
  readonly slots: number | undefined;
  /** What its name says of why nothing is taken here. */
  readonly reason?: string | undefined;
  readonly ended: Promise<void>;
  idleSince: number | null;
}

type Pollers = Map<string, Poller>;

const lookEveryMilliseconds = 1000;
const closeAfterIdleMilliseconds = 60_000;

/**
 * Polls the queues of endpoints and sandboxes that an open run names in its memo, with as many slots as it allows. The
 * server is asked, not this process's memory, so that a worker that was just started takes over at once.
 */
export function keepQueues(keeping: QueueKeeping): { stop(): Promise<void> } {
  const pollers: Pollers = new Map();
  const stopping = new AbortController();
  const loop = keep();
  return {
    async stop() {
      stopping.abort();
      await loop;
      for (const poller of pollers.values()) close(poller);
      await Promise.allSettled([...pollers.values()].map(({ ended }) => ended));
    },
  };

  async function keep(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const share = await shareOfQueues(keeping);
        await standAside(pollers, keeping, share);
        await adjust(pollers, keeping, share);
      } catch (error) {
        keeping.logger.warn('cannot look for open runs; trying again', { error: String(error) });
      }
      await sleep(lookEveryMilliseconds, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }
}

/** Says what this host lacks: to the others by a queue of its own, to people in the log and by another queue. */
async function standAside(pollers: Pollers, keeping: QueueKeeping, { lacking }: Share): Promise<void> {
  for (const [lacked, { words, isMending }] of lacking) {
    await giveReason(pollers, keeping, { lacked, words });
    if (isMending) continue;
    const queue = standAsideQueue(lacked);
    const poller = pollers.get(queue);
    keepOpen(poller);
    if (poller !== undefined) continue;
    const { logger, bePresent } = keeping;
    logger.warn(`no work from ${lacked} here while another worker can do it: ${words}`);
    await openPoller({ pollers, logger, queue, slots: undefined, open: () => bePresent(queue) });
  }
}

async function giveReason(
  pollers: Pollers,
  { logger, bePresent }: QueueKeeping,
  { lacked, words }: { readonly lacked: string; readonly words: string },
): Promise<void> {
  const queue = reasonsQueue(lacked);
  const poller = pollers.get(queue);
  keepOpen(poller);
  if (poller?.reason === words) return;
  drop(pollers, queue);
  const open = (): Promise<Worker> => bePresent(queue, identityWithReason(words));
  await openPoller({ pollers, logger, queue, slots: undefined, reason: words, open });
}

async function adjust(
  pollers: Pollers,
  { open, logger }: QueueKeeping,
  { ours, others }: Share,
): Promise<void> {
  for (const { queue, slots } of ours) {
    const poller = pollers.get(queue);
    keepOpen(poller);
    if (poller !== undefined && poller.slots === slots) continue;
    // The engine takes one worker per queue and connection: the old one goes first, and drains beside the new one.
    drop(pollers, queue);
    await openPoller({ pollers, logger, queue, slots, open: () => open({ queue, slots }) });
  }
  const needed = new Set(ours.map(({ queue }) => queue));
  for (const [queue, poller] of pollers) {
    if (needed.has(queue)) continue;
    poller.idleSince ??= Date.now();
    if (others.has(queue) || Date.now() - poller.idleSince > closeAfterIdleMilliseconds) drop(pollers, queue);
  }
}

interface Opening {
  readonly pollers: Pollers;
  readonly logger: Logger;
  readonly queue: string;
  readonly slots: number | undefined;
  readonly reason?: string;
  readonly open: () => Promise<Worker>;
}

async function openPoller({ pollers, logger, queue, slots, reason, open }: Opening): Promise<void> {
  try {
    const worker = await open();
    pollers.set(queue, { worker, slots, reason, ended: worker.run(), idleSince: null });
  } catch (error) {
    logger.warn(`cannot poll ${queue}; trying again`, { error: String(error) });
  }
}

function keepOpen(poller: Poller | undefined): void {
  if (poller !== undefined) poller.idleSince = null;
}

function drop(pollers: Pollers, queue: string): void {
  const poller = pollers.get(queue);
  if (poller === undefined) return;
  close(poller);
  pollers.delete(queue);
}

function close({ worker, ended }: Poller): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
  ended.catch(() => undefined);
}
