import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunSummary } from '../../src/report/runSummary.ts';
import { openStore } from '../../src/storage/index.ts';
import { openPlannings } from '../../src/temporal/followSuite.ts';
import { submitSuite } from '../../src/temporal/submitSuite.ts';
import { startFaultyProxy } from '../storage/faultyProxy.ts';
import { pointAt, startS3Server, type S3Server } from '../storage/s3Server.ts';
import { startMisbehavingServer, type MisbehavingServer } from '../support/misbehavingServer.ts';
import { openRig, type Rig } from '../support/rig.ts';

const wrong = '```python\ndef value(self):\n    return -1\n```';

describe('a run whose folder is in a bucket', () => {
  let s3: S3Server;
  let rig: Rig;
  let model: MisbehavingServer;
  before(async () => {
    s3 = await startS3Server();
    rig = await openRig();
    model = await startMisbehavingServer({ answer: () => wrong, delayMilliseconds: 100 });
  });
  after(async () => {
    await model.stop();
    await rig.close();
    await s3.stop();
  });

  test('begun by one worker is finished by another that knows nothing but the bucket, and asks nothing twice', async () => {
    const suite = await rig.suite(12, {
      run_name: 'moved',
      paths: { output_folder: 's3://results/team' },
      inference: {
        provider: 'openai',
        model_name: 'test-model',
        base_url: model.url,
        max_iter: 3,
        batch_size: 4,
      },
    });
    const name = suite.runs[0]?.name ?? '';
    const store = openStore(`s3://results/team/${name}`);
    const first = await rig.startWorker();
    const data = suite.runs[0]?.datasetPath ?? '';
    const { handle } = await submitSuite(rig.client, suite, { fresh: false });
    while ((await store.list('outcomes')).length < 2) await sleep(50);
    await first.stop();
    // The other machine has no such file.
    await rename(data, `${data}.away`);
    const second = await rig.startWorker();
    const [result] = await handle.result();
    await second.stop();
    assert.equal(result?.counts.finished, 12);
    const answers = (await store.list('turns')).filter(
      (key) => /-\d+\.json$/.test(key) && !key.includes('graded'),
    );
    assert.equal(answers.length, 36);
    assert.ok(model.requests.length - answers.length <= 4, 'only what was in flight is asked again');
    const summary = JSON.parse((await store.get('summary.json'))?.toString() ?? '{}') as RunSummary;
    assert.equal(summary.items.scored, 12);
    assert.equal((await store.get('results.jsonl'))?.toString().trim().split('\n').length, 12);
  });

  test('is planned when its store is back, and says meanwhile what it waits for', async (t) => {
    const proxy = await startFaultyProxy(s3.url);
    pointAt(proxy.url);
    proxy.choose(() => ({ kind: 'answer', status: 503, code: 'ServiceUnavailable' }));
    const worker = await rig.startWorker();
    t.after(async () => {
      await worker.stop();
      await proxy.stop();
      pointAt(s3.url);
    });
    const suite = await rig.suite(2, {
      run_name: 'away',
      paths: { output_folder: 's3://results/away' },
      inference: { provider: 'reference' },
    });
    const lines: string[] = [];
    const onWait = (line: string): void => {
      lines.push(line);
      // As long as it is away the suite is listed as one that is being planned.
      const back = async (): Promise<void> => {
        const [planning] = await openPlannings(rig.client);
        assert.equal(planning?.suite, suite.name);
        assert.match(planning?.waiting.join() ?? '', /planSuite is waiting/);
        proxy.choose(() => null);
      };
      seen = back();
    };
    let seen = Promise.resolve();
    const { handle } = await submitSuite(rig.client, suite, { fresh: false, onWait });
    await seen;
    assert.match(
      lines[0] ?? '',
      /^planSuite is waiting since .*, attempt \d+: Cannot .* in s3:\/\/results\/away/,
    );
    const [result] = await handle.result();
    assert.equal(result?.counts.finished, 2);
  });
});
