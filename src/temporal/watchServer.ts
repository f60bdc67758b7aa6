import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Logger } from '@temporalio/worker';
import type { Server } from './connection.ts';

export interface Watching {
  readonly server: Server;
  readonly client: Client;
  readonly logger: Logger;
}

const lookEveryMilliseconds = 5000;

/** Says when a server goes away and when it is back: the engine tries again by itself, and says so in its own words only. */
export function watchServer({ server, client, logger }: Watching): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let awaySince: number | null = null;
  const loop = watch();
  return {
    async stop() {
      stopping.abort();
      await loop;
    },
  };

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(lookEveryMilliseconds, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (!stopping.signal.aborted) tell(await answers(client));
    }
  }

  function tell(isThere: boolean): void {
    if (!isThere && awaySince === null) {
      awaySince = Date.now();
      logger.warn(
        `Temporal at ${server.address} does not answer: this worker waits, and goes on when it does`,
      );
    }
    if (isThere && awaySince !== null) {
      const seconds = Math.round((Date.now() - awaySince) / 1000);
      awaySince = null;
      logger.warn(`Temporal at ${server.address} answers again, after ${seconds} s: this worker goes on`);
    }
  }
}

async function answers({ connection }: Client): Promise<boolean> {
  try {
    await connection.withDeadline(Date.now() + lookEveryMilliseconds, () =>
      connection.workflowService.getSystemInfo({}),
    );
    return true;
  } catch {
    return false;
  }
}
