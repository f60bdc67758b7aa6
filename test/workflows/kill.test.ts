import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openItemsFor } from '../../src/core/flow/decisions.ts';
import { stopDevServer } from '../../src/temporal/devServer.ts';
import { inFlight, runChaos, type ChaosResult } from '../chaos/chaos.ts';
import { openHome } from '../support/rig.ts';

/**
 * `CHAOS_ROWS=20 CHAOS_KILLS=10 node --test test/workflows/kill.test.ts` is the whole trial, with `CHAOS_ONLY=worker` of
 * workers alone; three rows are for every day.
 */
const rows = Number(process.env['CHAOS_ROWS'] ?? 3);
const kills = Number(process.env['CHAOS_KILLS'] ?? 3);
const seed = Number(process.env['CHAOS_SEED'] ?? 1);
const only = process.env['CHAOS_ONLY'] === 'worker' ? 'worker' : undefined;

describe('three tasks on real Django methods while worker and server are killed with -9', () => {
  let folder: string;
  let calm: ChaosResult;
  let wild: ChaosResult;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-chaos-'));
    await openHome(folder);
    calm = await runChaos({ folder: join(folder, 'calm'), rows, kills: 0, seed, faults: 0 });
    wild = await runChaos({ folder: join(folder, 'wild'), rows, kills, seed, only, faults: 0.2 });
    process.stdout.write(`calm ${balance(calm)}\nwild ${balance(wild)}\n`);
  });
  after(async () => {
    await stopDevServer();
    await rm(folder, { recursive: true, force: true });
  });

  test('every item comes to the outcome that it has undisturbed', () => {
    assert.equal(calm.outcomes.size, rows * 3);
    assert.deepEqual([...wild.outcomes.keys()].sort(), [...calm.outcomes.keys()].sort());
    for (const [item, outcome] of calm.outcomes) assert.equal(wild.outcomes.get(item), outcome, item);
  });

  test('no stored answer is asked for again', () => {
    assert.equal(calm.requests, calm.stored);
    const beyond = wild.requests - wild.stored;
    assert.ok(beyond <= wild.faulty + wild.kills.inFlight, `${beyond} requests beyond the stored answers`);
    assert.ok(wild.kills.atOnce <= openItemsFor(inFlight), `${wild.kills.atOnce} answers were lost at once`);
    assert.ok(wild.kills.worker + wild.kills.server > 0, 'somebody was killed');
  });

  test('no temporary file, claim or sandbox folder is left over', async () => {
    const names = await readdir(join(folder, 'wild', 'results'), { recursive: true });
    assert.deepEqual(
      names.filter((name) => name.endsWith('.tmp') || name.endsWith('.claimed')),
      [],
    );
  });
});

function balance({ outcomes, stored, requests, faulty, kills: killed, seconds }: ChaosResult): string {
  return JSON.stringify({
    items: outcomes.size,
    stored,
    requests,
    faulty,
    ...killed,
    seconds: Math.round(seconds),
  });
}
