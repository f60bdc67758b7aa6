import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createS3Store } from '../../src/storage/s3Store.ts';
import { canStart, startS3Server, type S3Server } from '../storage/s3Server.ts';
import {
  itemsOf,
  outcomeOf,
  policyOf,
  putOutcomes,
  recordOf,
  sampleOf,
  turnOf,
} from '../report/syntheticRun.ts';
import { runBench, temporaryFolder } from './runBench.ts';

const cwd = temporaryFolder();

describe('Commands on a run in a bucket', { skip: !canStart('versitygw') }, () => {
  let server: S3Server;
  before(async () => {
    server = await startS3Server('versitygw');
    for (const name of ['one', 'two']) {
      const store = createS3Store(`s3://results/the team ü/${name}`);
      const policy = policyOf({ maxTurns: 1 });
      const model = { ...recordOf(1).request.model, model: `model-${name}` };
      await store.putOnce('run.json', JSON.stringify(recordOf(1, { name, policy, model })));
      await store.putOnce('items.json', JSON.stringify(itemsOf(1).map(({ item }, row) => ({ item, row }))));
      const verdict = { kind: name === 'one' ? 'passed' : 'failed' } as const;
      await putOutcomes(store, [outcomeOf(0, [sampleOf([turnOf(1, verdict)])])]);
    }
  });
  after(() => server.stop());

  test('find all runs below a folder, and compare them', async () => {
    const { exitCode, stdout } = await runBench(['compare', 's3://results/the team ü/'], { cwd });
    assert.equal(exitCode, 0);
    assert.match(stdout, /model-two +model-one/);
  });

  test('end with 2 and say what is wrong: no bucket, no run, another key, another secret', async () => {
    const cases = [
      ['s3://nowhere/run', {}, /no such bucket: create it/],
      ['s3://results/none', {}, /holds no run: expected a run\.json/],
      ['s3://UPPER_case/x', {}, /no name of a bucket|no such bucket/],
      ['s3://results/x', { AWS_ACCESS_KEY_ID: 'other' }, /No usable credentials/],
      ['s3://results/x', { AWS_SECRET_ACCESS_KEY: 'other' }, /check AWS_SECRET_ACCESS_KEY/],
      ['s3://results/x', { AWS_REGION: 'eu-west-1' }, /another region: set AWS_REGION/],
    ] as const;
    for (const [place, environment, words] of cases) {
      const { exitCode, stderr } = await runBench(['report', place], { cwd, environment });
      assert.match(stderr, words);
      assert.equal(exitCode, 2, stderr);
    }
  });
});

test('A bucket that may be read and not written is refused before anything is asked of a model', async (t) => {
  if (!canStart('versitygw')) return t.skip('Go is needed to build versitygw');
  const server = await startS3Server('versitygw', { readonly: true });
  t.after(() => server.stop());
  const store = createS3Store('s3://results/run');
  await assert.rejects(
    store.claim('run.json'),
    /Access denied: the credentials need s3:GetObject, PutObject/,
  );
  assert.deepEqual(await store.list('turns'), []);
});
