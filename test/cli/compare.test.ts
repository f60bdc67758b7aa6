import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { comparisonOf } from '../../src/cli/compare.ts';
import { createLocalStore } from '../../src/storage/localStore.ts';
import { outcomeOf, putOutcomes, recordOf, sampleOf, turnOf } from '../report/syntheticRun.ts';

let folder: string;
const writeRun = async (
  model: string,
  passes: (idx: number) => boolean,
  dataset = 'sha256:1',
): Promise<string> => {
  const record = recordOf(40, { name: model });
  const store = createLocalStore(join(folder, model));
  const request = { ...record.request, model: { ...record.request.model, model } };
  await store.putOnce('run.json', JSON.stringify({ ...record, request, lock: { ...record.lock, dataset } }));
  const verdict = (idx: number) => ({ kind: passes(idx) ? 'passed' : 'failed' }) as const;
  const outcomes = Array.from({ length: 40 }, (_, idx) =>
    outcomeOf(idx, [sampleOf([turnOf(1, verdict(idx))])]),
  );
  await putOutcomes(store, outcomes);
  return join(folder, model);
};

before(async () => void (folder = await mkdtemp(join(tmpdir(), 'bench-compare-'))));
after(() => rm(folder, { recursive: true, force: true }));

test('Runs of the same items are compared pair by pair with the base', async () => {
  const folders = [
    await writeRun('base', (idx) => idx < 10),
    await writeRun('tuned', (idx) => idx >= 2 && idx < 22),
    await writeRun('elsewhere', () => true, 'sha256:other'),
  ];
  const table = await comparisonOf(folders, { base: 'base', json: false });
  assert.match(table, /tuned +base +40 +25\.0 +50\.0 +\+25\.0 \[\+\d+\.\d, \+\d+\.\d\] +0\.0129/);
  assert.doesNotMatch(table, /elsewhere/);
  const [first] = JSON.parse(await comparisonOf(folders, { base: null, json: true })) as { model: string }[];
  assert.equal(first?.model, 'tuned');
});

test('Nothing to compare is said, with what was found', async () => {
  const folders = [join(folder, 'base'), join(folder, 'elsewhere')];
  await assert.rejects(
    comparisonOf(folders, { base: 'base', json: false }),
    /same rows.*found base \(base\), elsewhere/,
  );
});
