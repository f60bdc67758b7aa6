import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, test } from 'node:test';
import { WorkflowFailedError } from '@temporalio/client';
import type { Outcome } from '../../src/core/records.ts';
import { liveProgress } from '../../src/temporal/followSuite.ts';
import { submitSuite } from '../../src/temporal/submitSuite.ts';
import type { BenchWorker } from '../../src/temporal/worker.ts';
import { pause, setConcurrency, unpause } from '../../workflows/messages.ts';
import { runId } from '../../workflows/workflowIds.ts';
import { startMisbehavingServer, type MisbehavingServer } from '../support/misbehavingServer.ts';
import { openRig, type Rig } from '../support/rig.ts';

const wrong = '```python\ndef value(self):\n    return -1\n```';

describe('a run', () => {
  let rig: Rig;
  let worker: BenchWorker;
  let model: MisbehavingServer;

  before(async () => {
    rig = await openRig();
    worker = await rig.startWorker();
    model = await startMisbehavingServer({ answer: () => wrong, delayMilliseconds: 100, apiKey: 'right' });
  });
  after(async () => {
    await worker.stop();
    await model.stop();
    await rig.close();
  });

  const slow = (name: string, more: object = {}) => {
    process.env['RIG_KEY'] = 'right';
    const inference = {
      provider: 'openai',
      model_name: 'test-model',
      base_url: model.url,
      api_key_env: 'RIG_KEY',
      max_iter: 3,
      batch_size: 4,
      ...more,
    };
    return rig.suite(12, { run_name: name, inference });
  };
  const start = async (name: string, more: object = {}) => {
    const suite = await slow(name, more);
    const run = suite.runs[0]?.name ?? '';
    const { handle } = await submitSuite(rig.client, suite, { fresh: false });
    return { suite, run, handle, folder: join(rig.folder, 'results', run) };
  };

  test('scores the reference 100 % and the stub 0 %, and a second submit finds everything done', async () => {
    const suite = await rig.suite(30, {
      run_name: 'both',
      suite: { models: [{ provider: 'reference' }, { provider: 'stub' }] },
      inference: { max_iter: 2 },
    });
    const first = await submitSuite(rig.client, suite, { fresh: false });
    const results = await first.handle.result();
    assert.deepEqual(
      results.map(({ counts }) => [counts.finished, counts.passed, counts.turns]),
      [
        [30, 30, 30],
        [30, 0, 60],
      ],
    );
    const again = await submitSuite(rig.client, suite, { fresh: false });
    assert.deepEqual(
      (await again.handle.result()).map(({ counts }) => counts.passed),
      [30, 0],
    );
  });

  test('pauses at turn boundaries, goes on, and changes its concurrency live', async () => {
    const { run, handle } = await start('held');
    const workflow = rig.client.workflow.getHandle(runId(run));
    assert.equal(await workflow.executeUpdate(setConcurrency, { args: [2] }), 2);
    while ((await liveProgress(rig.client, run)).turns < 2) await sleep(50);
    await workflow.signal(pause);
    await sleep(1500);
    const asked = model.requests.length;
    await sleep(1000);
    assert.equal(model.requests.length, asked, 'a paused run asks nothing');
    assert.equal((await liveProgress(rig.client, run)).state, 'paused');
    await workflow.signal(unpause);
    const [result] = await handle.result();
    assert.equal(result?.counts.turns, 36);
  });

  test('that is cancelled keeps what is finished, and goes on with the rest when it is submitted again', async () => {
    const { suite, handle, folder } = await start('cancelled');
    while ((await readdir(join(folder, 'outcomes')).catch(() => [])).length < 2) await sleep(50);
    await handle.cancel();
    await assert.rejects(handle.result(), WorkflowFailedError);
    const answers = new Set((await listAnswers(folder)).map((name) => name));
    const asked = model.requests.length;
    const again = await submitSuite(rig.client, suite, { fresh: false });
    const [result] = await again.handle.result();
    assert.equal(result?.counts.finished, 12);
    assert.equal(
      model.requests.length - asked,
      36 - answers.size,
      'stored answers are never asked for again',
    );
  });

  test('goes on at the new address when its endpoint has moved', async (t) => {
    const { handle, folder } = await start('moved');
    while ((await readdir(join(folder, 'outcomes')).catch(() => [])).length < 2) await sleep(50);
    await handle.cancel();
    await assert.rejects(handle.result(), WorkflowFailedError);
    const elsewhere = await startMisbehavingServer({ answer: () => wrong, apiKey: 'right' });
    t.after(() => elsewhere.stop());
    const before = model.requests.length;
    const suite = await slow('moved', { base_url: elsewhere.url });
    const [result] = await (await submitSuite(rig.client, suite, { fresh: false })).handle.result();
    assert.equal(result?.counts.finished, 12);
    assert.equal(model.requests.length, before, 'nobody asks at the old address');
    assert.ok(elsewhere.requests.length > 0);
  });

  test('stops at once with the words of an endpoint that refuses the key', async () => {
    process.env['WRONG_KEY'] = 'wrong';
    const suite = await slow('refused', { api_key_env: 'WRONG_KEY' });
    const { handle } = await submitSuite(rig.client, suite, { fresh: false });
    await assert.rejects(handle.result(), (error: WorkflowFailedError) =>
      /401|key/i.test(String(error.cause)),
    );
  });

  test('refuses to join an open suite that asks for something else, naming the keys', async () => {
    const { suite, handle } = await start('same-name');
    const runs = suite.runs.map((run) => ({ ...run, policy: { ...run.policy, maxTurns: 5 } }));
    await assert.rejects(submitSuite(rig.client, { ...suite, runs }, { fresh: false }), /policy\.maxTurns/);
    await handle.result();
    await assert.rejects(
      submitSuite(rig.client, { ...suite, runs }, { fresh: false }),
      failsWith(/policy\.maxTurns: 3 → 5/),
    );
    const fresh = await submitSuite(rig.client, { ...suite, runs }, { fresh: true });
    const [result] = await fresh.handle.result();
    assert.match(result?.run ?? '', /-2$/);
    assert.equal(result?.counts.turns, 60);
  });

  test('keeps an item unscored when its answers cannot be read, and scores it when it is submitted again', async (t) => {
    let broken = true;
    const moody = await startMisbehavingServer({
      answer: () => wrong,
      plan: (_, request) =>
        broken && JSON.stringify(request.messages).includes('item 7.') ? { kind: 'broken_json' } : null,
    });
    t.after(() => moody.stop());
    const suite = await slow('moody', { base_url: moody.url, max_iter: 1, max_request_retries: 2 });
    const folder = join(rig.folder, 'results', suite.runs[0]?.name ?? '');
    const [first] = await (await submitSuite(rig.client, suite, { fresh: false })).handle.result();
    assert.equal(first?.counts.unscored, 1);
    assert.equal(first?.counts.finished, 11);
    assert.equal(moody.requests.length, 11 + 3);
    assert.equal((await readdir(join(folder, 'attempts', 'item-7'))).length, 1);
    broken = false;
    const [second] = await (await submitSuite(rig.client, suite, { fresh: false })).handle.result();
    assert.equal(second?.counts.finished, 12);
    const outcome = JSON.parse(await readFile(join(folder, 'outcomes', 'item-7.json'), 'utf8')) as Outcome;
    assert.equal(outcome.samples[0]?.turns[0]?.asks, 4, 'broken bodies stay and are counted');
  });
});

/** The message may be wrapped by the engine. */
function failsWith(pattern: RegExp): (error: unknown) => boolean {
  return (error) => {
    for (let cause = error; cause instanceof Error; cause = cause.cause)
      if (pattern.test(cause.message)) return true;
    return false;
  };
}

async function listAnswers(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, 'turns'), { recursive: true });
  return names.filter((name) => /-\d+\.json$/.test(name) && !name.includes('graded'));
}
