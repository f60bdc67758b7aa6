import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Logger, Worker } from '@temporalio/worker';

export interface QueueNeed {
  readonly queue: string;
  readonly slots: number;
}

export interface QueueKeeping {
  readonly client: Client;
  readonly logger: Logger;
  readonly open: (need: QueueNeed) => Promise<Worker>;
}

interface Poller {
  readonly worker: Worker;
  readonly slots: number;
  readonly ended: Promise<void>;
  idleSince: number | null;
}

const lookEveryMilliseconds = 1000;
const closeAfterIdleMilliseconds = 60_000;

/**
 * Polls the queues of endpoints and sandbox servers that an open run names in its memo, with as many slots as it allows.
 * The server is asked, not this process's memory, so that a worker that was just started takes over at once.
 */
export function keepQueues(keeping: QueueKeeping): { stop(): Promise<void> } {
  const pollers = new Map<string, Poller>();
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
        await adjust(pollers, keeping, await neededQueues(keeping.client));
      } catch (error) {
        keeping.logger.warn('cannot look for open runs; trying again', { error: String(error) });
      }
      await sleep(lookEveryMilliseconds, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }
}

async function neededQueues(client: Client): Promise<Map<string, number>> {
  const needed = new Map<string, number>();
  const query = "WorkflowType = 'benchRun' AND ExecutionStatus = 'Running'";
  for await (const { memo } of client.workflow.list({ query })) {
    for (const pool of ['model', 'sandbox']) {
      const queue = memo?.[`${pool}Queue`];
      const slots = memo?.[`${pool}Slots`];
      if (typeof queue !== 'string' || typeof slots !== 'number') continue;
      needed.set(queue, Math.max(needed.get(queue) ?? 1, slots));
    }
  }
  return needed;
}

async function adjust(
  pollers: Map<string, Poller>,
  { open, logger }: QueueKeeping,
  needed: ReadonlyMap<string, number>,
): Promise<void> {
  for (const [queue, slots] of needed) {
    const poller = pollers.get(queue);
    if (poller !== undefined) poller.idleSince = null;
    if (poller?.slots === slots) continue;
    // The engine takes one worker per queue and connection: the old one goes first, and drains beside the new one.
    if (poller !== undefined) close(poller);
    pollers.delete(queue);
    try {
      const worker = await open({ queue, slots });
      pollers.set(queue, { worker, slots, ended: worker.run(), idleSince: null });
    } catch (error) {
      logger.warn(`cannot poll ${queue}; trying again`, { error: String(error) });
    }
  }
  for (const [queue, poller] of pollers) {
    if (needed.has(queue)) continue;
    poller.idleSince ??= Date.now();
    if (Date.now() - poller.idleSince < closeAfterIdleMilliseconds) continue;
    close(poller);
    pollers.delete(queue);
  }
}

function close({ worker, ended }: Poller): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
  ended.catch(() => undefined);
}
