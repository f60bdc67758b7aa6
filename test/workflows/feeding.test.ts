import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerRecord } from '../../src/core/records.ts';
import type { RunSummary } from '../../src/report/runSummary.ts';
import { feedingOf } from '../../src/temporal/followSuite.ts';
import { submitSuite } from '../../src/temporal/submitSuite.ts';
import type { BenchWorker } from '../../src/temporal/worker.ts';
import { setConcurrency } from '../../workflows/messages.ts';
import { runId } from '../../workflows/workflowIds.ts';
import { startMisbehavingServer, type MisbehavingServer } from '../support/misbehavingServer.ts';
import { openRig, type Rig } from '../support/rig.ts';

const wrong = '```python\ndef value(self):\n    return -1\n```';

describe('an endpoint', () => {
  let rig: Rig;
  let worker: BenchWorker;

  before(async () => {
    rig = await openRig();
    worker = await rig.startWorker();
  });
  after(async () => {
    await worker.stop();
    await rig.close();
  });

  const suiteOf = (name: string, model: MisbehavingServer, more: object = {}) =>
    rig.suite(24, {
      run_name: name,
      inference: {
        provider: 'openai',
        model_name: 'test-model',
        base_url: model.url,
        max_iter: 1,
        batch_size: 4,
        ...more,
      },
    });
  const folderOf = (name: string) =>
    join(rig.folder, 'results', `${name}-django-method_gen_multiturn-test-model`);
  const keptIn = async (name: string): Promise<number> => {
    const folder = join(folderOf(name), 'turns');
    const keys = (await readdir(folder, { recursive: true })).filter((key) => /-\d+\.json$/.test(key));
    const records = keys.map(
      async (key) => JSON.parse(await readFile(join(folder, key), 'utf8')) as AnswerRecord,
    );
    const used = (await Promise.all(records)).map(({ tokens }) => tokens ?? assert.fail('no tokens'));
    return used.reduce((sum, { prompt, completion }) => sum + prompt + completion, 0);
  };

  test('is asked no more when the budget is spent, and again when there is more of it', async () => {
    const model = await startMisbehavingServer({ answer: () => wrong, delayMilliseconds: 60 });
    try {
      const each = 10 + wrong.length;
      const poor = await suiteOf('budget', model, { budget_tokens: 8 * each });
      const { handle } = await submitSuite(rig.client, poor, { fresh: false });
      await assert.rejects(
        handle.result(),
        causedBy(/budget is spent: \d+ answers used up \d+ tokens of inference\.budget_tokens/),
      );
      const asked = model.requests.length;
      assert.ok(asked >= 8 && asked <= 8 + 3, `${asked} requests for a budget of 8 and 4 in flight`);
      assert.equal(
        model.requests.filter(({ delivered }) => delivered !== true).length,
        0,
        'nothing was broken off',
      );
      assert.equal(await keptIn('budget'), asked * each);
      const summary = JSON.parse(
        await readFile(join(folderOf('budget'), 'summary.json'), 'utf8'),
      ) as RunSummary;
      assert.equal(summary.items.scored, asked);
      assert.equal(summary.items.unscored, 0, 'what was not asked is not held against anybody');

      await assert.rejects(
        (await submitSuite(rig.client, poor, { fresh: false })).handle.result(),
        causedBy(/budget is spent/),
      );
      assert.equal(model.requests.length, asked, 'the same budget is still spent');
      const rich = await suiteOf('budget', model, { budget_tokens: 100 * each });
      const [result] = await (await submitSuite(rig.client, rich, { fresh: false })).handle.result();
      assert.equal(result?.counts.finished, 24);
      assert.equal(model.requests.length, 24, 'no stored answer was asked for again');
    } finally {
      await model.stop();
    }
  });

  test('that takes five at a time is soon sent five, and says so in the status', async () => {
    let most = 0;
    const model: MisbehavingServer = await startMisbehavingServer({
      answer: () => wrong,
      delayMilliseconds: 1500,
      plan: () => {
        const open = model.requests.filter(({ delivered, fault }) => delivered === null && fault === null);
        // The one that asks is among them.
        if (open.length > 5) return { kind: 'rate_limited', retryAfter: '1' };
        most = Math.max(most, open.length);
        return null;
      },
    });
    try {
      const suite = await suiteOf('crowded', model, { batch_size: 12 });
      const run = suite.runs[0]?.name ?? '';
      const { handle } = await submitSuite(rig.client, suite, { fresh: false });
      let seen = await feedingOf(rig.client, run);
      let isOver = false;
      const ended = handle.result().finally(() => (isOver = true));
      while (!isOver && (seen === null || seen.limit === 12)) {
        await sleep(200);
        seen = await feedingOf(rig.client, run);
      }
      assert.ok(seen !== null && seen.limit <= 6 && seen.most === 12, JSON.stringify(seen));
      const [result] = await ended;
      assert.equal(result?.counts.finished, 24);
      assert.equal(most, 5);
      const refused = model.requests.filter(({ fault }) => fault !== null).length;
      assert.ok(refused <= 7 + 5, `${refused} requests were refused`);
    } finally {
      await model.stop();
    }
  });

  test('is sent as many as a live run allows by now', async () => {
    let most = 0;
    const model: MisbehavingServer = await startMisbehavingServer({
      answer: () => wrong,
      delayMilliseconds: 1000,
      plan: () => {
        most = Math.max(most, model.requests.filter(({ delivered }) => delivered === null).length);
        return null;
      },
    });
    try {
      const suite = await suiteOf('live', model, { batch_size: 1 });
      const run = suite.runs[0]?.name ?? '';
      const { handle } = await submitSuite(rig.client, suite, { fresh: false });
      while (model.requests.length < 2) await sleep(20);
      assert.equal(most, 1);
      await rig.client.workflow.getHandle(runId(run)).executeUpdate(setConcurrency, { args: [8] });
      const [result] = await handle.result();
      assert.equal(result?.counts.finished, 24);
      assert.ok(most > 4 && most <= 8, `${most} at a time`);
    } finally {
      await model.stop();
    }
  });
});

/** The message may be wrapped by the engine. */
function causedBy(pattern: RegExp): (error: unknown) => boolean {
  return (error) => {
    for (let cause = error; cause instanceof Error; cause = cause.cause)
      if (pattern.test(cause.message)) return true;
    return false;
  };
}
