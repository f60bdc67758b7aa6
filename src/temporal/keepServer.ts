import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from './connection.ts';
import { devServerStatus, startDevServer } from './devServer.ts';

/** Starts the embedded server again when it dies while somebody needs it; other people's servers are theirs. */
export function keepServer(server: Server, onRestart: () => void): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const loop = server.embedded ? keep() : Promise.resolve();
  return {
    async stop() {
      stopping.abort();
      await loop;
    },
  };

  async function keep(): Promise<void> {
    for (;;) {
      await sleep(1000, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      const { state } = await devServerStatus();
      if (state !== 'stopped') continue;
      onRestart();
      // The next look tries again.
      await startDevServer().catch(() => undefined);
    }
  }
}
