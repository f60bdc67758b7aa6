import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SuiteRequest } from '../../src/core/run.ts';
import { openStore } from '../../src/storage/index.ts';
import { waitForMetrics } from '../../src/temporal/followMetrics.ts';
import { runsOfSuite } from '../../src/temporal/followSuite.ts';
import { submitSuite } from '../../src/temporal/submitSuite.ts';
import { wandbId } from '../../workflows/workflowIds.ts';
import { runBench } from '../cli/runBench.ts';
import { startMisbehavingServer, type MisbehavingServer } from '../support/misbehavingServer.ts';
import { openRig, type Rig } from '../support/rig.ts';
import { startWandbServer, type WandbServer } from './wandbServer.ts';

const key = 'the-secret-key-0123456789';
/** `WANDB_OUTAGE_SECONDS=600 node --test test/workflows/wandb.test.ts` is the whole trial; three failures are for every day. */
const outageSeconds = Number(process.env['WANDB_OUTAGE_SECONDS'] ?? 0);
/** The run ends in the middle of the outage. */
const items = outageSeconds > 0 ? 60 : 6;
const delayMilliseconds = outageSeconds > 0 ? (outageSeconds * 500) / items : 50;
const wrong = '```python\ndef value(self):\n    return -1\n```';
const names = ['WANDB_API_KEY', 'WANDB_BASE_URL', 'WANDB_ENTITY', 'WANDB_MODE', 'WANDB_EMAIL'];
const saved = Object.fromEntries(names.map((name) => [name, process.env[name]]));

describe('a run whose figures go to Weights & Biases', () => {
  let rig: Rig;
  let model: MisbehavingServer;
  let wandb: WandbServer;
  before(async () => {
    rig = await openRig();
    model = await startMisbehavingServer({ answer: () => wrong, delayMilliseconds });
  });
  beforeEach(async () => {
    await wandb?.stop();
    wandb = await startWandbServer(key);
    delete process.env['WANDB_MODE'];
    Object.assign(process.env, { WANDB_API_KEY: key, WANDB_BASE_URL: wandb.url, WANDB_EMAIL: 'me@team' });
  });
  after(async () => {
    for (const name of names) {
      if (saved[name] === undefined) delete process.env[name];
      else process.env[name] = saved[name];
    }
    await wandb.stop();
    await model.stop();
    await rig.close();
  });

  const suiteOf = (run_name: string): Promise<SuiteRequest> =>
    rig.suite(items, {
      run_name,
      wandb: { project_name: 'curves' },
      inference: {
        provider: 'openai',
        model_name: 'test-model',
        base_url: model.url,
        max_iter: 2,
        batch_size: 2,
      },
    });
  const storeOf = (suite: SuiteRequest) => openStore(join(rig.folder, 'results', suite.runs[0]?.name ?? ''));
  const pointsOf = async (suite: SuiteRequest) => {
    const store = storeOf(suite);
    const keys = await store.list('wandb/points');
    return Promise.all(keys.map(async (point) => JSON.parse((await store.get(point))?.toString() ?? '')));
  };

  test('ends as it would while the server answers 500, and every point arrives once and in order when it works again', async (t) => {
    wandb.break(true);
    const begun = performance.now();
    const suite = await suiteOf('broken');
    const worker = await rig.startWorker();
    const { handle } = await submitSuite(rig.client, suite, { fresh: false });
    const [result] = await handle.result();
    const seconds = () => (performance.now() - begun) / 1000;
    t.diagnostic(
      `the run took ${seconds().toFixed(1)} s, its requests ${(items * delayMilliseconds) / 1000}`,
    );
    assert.deepEqual([result?.counts.finished, result?.counts.unscored], [items, 0]);
    while (wandb.failures < 3 || seconds() < outageSeconds) await sleep(20);
    t.diagnostic(`${wandb.failures} times 500 in ${seconds().toFixed(0)} s`);
    assert.equal(wandb.runs.size, 0);
    wandb.break(false);
    await rig.client.workflow.getHandle(wandbId(suite.runs[0]?.name ?? '')).result();
    await worker.stop();
    const [run] = wandb.runs.values();
    const points = await pointsOf(suite);
    t.diagnostic(`${points.length} points`);
    assert.ok(points.length >= 1);
    assert.deepEqual(run?.history, points);
    assert.deepEqual([run?.repeated, run?.complete], [0, true]);
    assert.deepEqual(
      points.map(({ _step: step }) => step),
      points.map((_, index) => index),
    );
    const {
      scored,
      unscored,
      turns,
      'verdict/failed': failed,
      'pass_rate/turn_2': rate,
    } = run?.summary ?? {};
    assert.deepEqual([scored, unscored, turns, failed, rate], [items, 0, 2 * items, items, 0]);
    assert.equal(run?.config['task']?.value, 'method_gen_multiturn');
    assert.equal(run?.config['email']?.value, 'me@team');
  });

  test('goes on in the same curve when it is resumed by another worker, and keeps the key to itself', async () => {
    const suite = await suiteOf('resumed');
    const first = await rig.startWorker();
    const { handle } = await submitSuite(rig.client, suite, { fresh: false });
    while ((await storeOf(suite).list('outcomes')).length < 2) await sleep(20);
    await handle.cancel();
    await handle.result().catch(() => undefined);
    await first.stop();
    const second = await rig.startWorker();
    const again = await submitSuite(rig.client, suite, { fresh: false });
    const planned = await runsOfSuite(rig.client, again.suite);
    await again.handle.result();
    assert.deepEqual(await waitForMetrics(rig.client, planned?.runs ?? []), []);
    await second.stop();
    assert.equal(wandb.runs.size, 1);
    const [run] = wandb.runs.values();
    assert.deepEqual(run?.history, await pointsOf(suite));
    assert.equal(run?.summary['scored'], items);
    const store = storeOf(suite);
    for (const file of ['run.json', 'wandb.json', 'wandb/sent.json']) {
      assert.doesNotMatch((await store.get(file))?.toString() ?? '', new RegExp(key));
    }
    for await (const { workflowId } of rig.client.workflow.list()) {
      const history = await rig.client.workflow.getHandle(workflowId).fetchHistory();
      assert.doesNotMatch(Buffer.from(JSON.stringify(history)).toString(), new RegExp(key));
      assert.ok(!JSON.stringify(history).includes(Buffer.from(key).toString('base64').slice(0, 20)));
    }
  });

  test('keeps its figures offline, and bench wandb sync sends them, once', async () => {
    process.env['WANDB_MODE'] = 'offline';
    const suite = await suiteOf('offline');
    const worker = await rig.startWorker();
    const { handle } = await submitSuite(rig.client, suite, { fresh: false });
    await handle.result();
    await rig.client.workflow.getHandle(wandbId(suite.runs[0]?.name ?? '')).result();
    await worker.stop();
    assert.equal(wandb.runs.size, 0);
    const folder = join(rig.folder, 'results', suite.runs[0]?.name ?? '');
    delete process.env['WANDB_MODE'];
    const none = await runBench(['wandb', 'sync', folder], {
      cwd: rig.folder,
      environment: { WANDB_API_KEY: '' },
    });
    assert.deepEqual([none.exitCode, /Expected WANDB_API_KEY/.test(none.stderr)], [2, true], none.stderr);
    const bad = await runBench(['wandb', 'sync', folder], {
      cwd: rig.folder,
      environment: { WANDB_API_KEY: 'bad' },
    });
    assert.deepEqual(
      [bad.exitCode, /answered 401: check WANDB_API_KEY/.test(bad.stderr)],
      [2, true],
      bad.stderr,
    );
    for (const time of ['first', 'second']) {
      const { exitCode, stdout, stderr } = await runBench(['wandb', 'sync', folder], { cwd: rig.folder });
      assert.equal(exitCode, 0, `${time}: ${stderr}`);
      assert.match(stdout, /\d+ points, run .* of curves/);
    }
    const [run] = wandb.runs.values();
    assert.deepEqual(run?.history, await pointsOf(suite));
    assert.deepEqual([run?.repeated, run?.complete], [0, true]);
  });

  test('sends nothing, and starts nothing, where it was not asked for', async () => {
    process.env['WANDB_MODE'] = 'disabled';
    const suite = await suiteOf('silent');
    assert.equal('wandb' in (suite.runs[0] ?? {}), false);
    assert.match(suite.notices.join('\n'), /wandb: nothing is sent/);
    const worker = await rig.startWorker();
    const { handle } = await submitSuite(rig.client, suite, { fresh: false });
    await handle.result();
    await worker.stop();
    assert.equal(wandb.runs.size + wandb.failures, 0);
    const record = await readFile(join(rig.folder, 'results', suite.runs[0]?.name ?? '', 'run.json'), 'utf8');
    assert.doesNotMatch(record, /wandb/);
  });
});
