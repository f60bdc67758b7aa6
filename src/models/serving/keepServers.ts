import { setTimeout as sleep } from 'node:timers/promises';
import { startTimeOf } from '../../../setup/processIdentity.js';
import { ConfigError } from '../../core/errors.ts';
import { nameOf, type ServerRecord } from './serverRecords.ts';
import { respawnServer, stopServers, waitForServer, type StartOptions } from './startServers.ts';

const lookEveryMilliseconds = 1000;
const restartsPerServer = 3;

export interface KeptServers {
  /** Rejects when a server keeps dying; never resolves. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** Watches servers while a run needs them: one that dies is started again on its port, a bounded number of times. */
export function keepServers(started: readonly ServerRecord[], options: StartOptions): KeptServers {
  const stopping = new AbortController();
  const records = [...started];
  const signal = AbortSignal.any([options.signal, stopping.signal]);
  const loops = records.map((_, index) => keep(index));
  const failed = Promise.race(loops).then(() => new Promise<never>(() => undefined));
  failed.catch(() => undefined);
  return {
    failed,
    async stop() {
      stopping.abort();
      await Promise.allSettled(loops);
      await stopServers(records);
    },
  };

  // One that does not come up dies again, and is counted so.
  function tellUnlessStopping(error: unknown): void {
    if (!signal.aborted) options.say(error instanceof Error ? error.message : String(error));
  }

  async function keep(index: number): Promise<void> {
    for (let restarts = 0; !signal.aborted;) {
      await sleep(lookEveryMilliseconds, undefined, { signal }).catch(() => undefined);
      const record = records[index];
      if (signal.aborted || record === undefined) return;
      if (startTimeOf(record.leader.pid) === record.leader.startTime) continue;
      restarts += 1;
      if (restarts > restartsPerServer) {
        throw new ConfigError(
          `The ${nameOf(record)} server on port ${record.port} died ${restarts} times; see ${record.log}.\n` +
            'What is finished is kept: the same command goes on when the server can run.',
        );
      }
      const fresh = await respawnServer(record, options);
      records[index] = fresh;
      await waitForServer(fresh, { ...options, signal }).catch(tellUnlessStopping);
    }
  }
}
