// A process of its own: see `reapAfterDeath`.
import { setTimeout as sleep } from 'node:timers/promises';
import { connectEngine } from './engine.ts';
import { reapContainers } from './reaper.ts';

// What was asked of the engine at the moment of death may be done a little later.
for (let round = 0; round < 10; round += 1) {
  await reapContainers(connectEngine()).catch(() => 0);
  await sleep(1000);
}
