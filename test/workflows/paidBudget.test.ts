import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '../../src/config/loadConfig.ts';
import { resolveSuite } from '../../src/config/resolveSuite.ts';
import { openItemsFor } from '../../src/core/flow/decisions.ts';
import { connectClient, findServer } from '../../src/temporal/connection.ts';
import { stopDevServer } from '../../src/temporal/devServer.ts';
import { submitSuite } from '../../src/temporal/submitSuite.ts';
import { disturb, type Kills } from '../chaos/disturb.ts';
import { countStored } from '../chaos/results.ts';
import { openHome } from '../support/rig.ts';
import { startMisbehavingServer, type MisbehavingServer } from '../support/misbehavingServer.ts';

/**
 * `CHAOS_ROWS=20 CHAOS_KILLS=10 CHAOS_ONLY=worker node --test test/workflows/paidBudget.test.ts` is the whole trial; three
 * kills are for every day.
 */
const kills = Number(process.env['CHAOS_KILLS'] ?? 3);
const seed = Number(process.env['CHAOS_SEED'] ?? 1);
const rows = Number(process.env['CHAOS_ROWS'] ?? 12);
const only = process.env['CHAOS_ONLY'] === 'worker' ? 'worker' : undefined;
const turns = 3;
const inFlight = 4;
/** With what has come and is being written. */
const mayDie = openItemsFor(inFlight);
/** No code, so that nothing has to be run for a verdict. */
const answer = 'I would rather not.';
const each = 10 + answer.length;

describe('a paid endpoint, whose every request counts, while worker and server are killed with -9', () => {
  let folder: string;
  let address: string;
  let model: MisbehavingServer;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-paid-'));
    await openHome(folder);
    address = (await findServer({ address: null, namespace: null, start: true })).address;
    model = await startMisbehavingServer({ answer: () => answer, delayMilliseconds: 800 });
  });
  after(async () => {
    await stopDevServer();
    await model.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Submits until the run has come to an end of its own; how it ended, and what was killed meanwhile. */
  const run = async (budget: number): Promise<{ end: string; killed: Kills }> => {
    const suite = resolveSuite(
      loadConfig({
        document: {
          run_name: 'paid',
          data: { path: 'django-4.0.4-mini', max_items: rows },
          paths: { output_folder: join(folder, 'results') },
          inference: {
            provider: 'openai',
            model_name: 'test-model',
            base_url: model.url,
            sandbox_provider: 'bubblewrap',
            max_iter: turns,
            batch_size: inFlight,
            budget_tokens: budget,
          },
        },
      }),
    );
    let end: string | null = null;
    const disturbing = disturb({ model, unstored, kills, seed, only, finished: () => end !== null });
    while (end === null) {
      const client = await connectClient({
        address,
        namespace: 'default',
        uiUrl: null,
        embedded: true,
      }).catch(() => null);
      try {
        if (client !== null) {
          await (await submitSuite(client, suite, { fresh: false })).handle.result();
          end = 'finished';
        }
      } catch (error) {
        if (error instanceof Error && error.name === 'WorkflowFailedError') end = String(error.cause);
      } finally {
        await client?.connection.close();
      }
      if (end === null) await sleep(500);
    }
    return { end, killed: await disturbing };
  };
  const storedAnswers = (): Promise<number> => countStored(join(folder, 'results'));
  const unstored = async (): Promise<number> => model.requests.length - (await storedAnswers());

  test('takes no more than the budget and what was in flight, and goes on to the end with more', async () => {
    const most = Math.floor((rows * turns) / 2);
    const poor = await run(most * each);
    assert.match(poor.end, /budget is spent/);
    const asked = model.requests.length;
    const lost = poor.killed.inFlight;
    assert.ok(
      asked <= most + (inFlight - 1) + lost,
      `${asked} requests, ${most} in the budget, ${lost} lost`,
    );
    assert.ok(poor.killed.atOnce <= mayDie, `${poor.killed.atOnce} answers were lost at once`);
    const atEnd = await unstored();
    assert.ok(atEnd <= lost, `${atEnd} requests beyond the stored answers, ${lost} were in flight at a kill`);

    const rich = await run(100 * rows * turns * each);
    assert.equal(rich.end, 'finished');
    assert.equal(await storedAnswers(), rows * turns);
    const beyond = model.requests.length - rows * turns;
    const allLost = lost + rich.killed.inFlight;
    assert.ok(rich.killed.atOnce <= mayDie, `${rich.killed.atOnce} answers were lost at once`);
    process.stdout.write(
      `${JSON.stringify({ budget: most, asked, lost, beyond, allLost, ...rich.killed })}\n`,
    );
    assert.ok(beyond <= allLost, `${beyond} requests beyond the stored answers, ${allLost} were in flight`);
    for (const [digest, count] of model.countByDigest()) assert.ok(count <= 1 + allLost, digest);
  });
});
