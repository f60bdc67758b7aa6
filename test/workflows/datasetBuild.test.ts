import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { BuildInput } from '../../src/core/flow/builds.ts';
import { countRows } from '../../src/core/flow/builds.ts';
import { readDataset } from '../../src/dataset/readDataset.ts';
import { composePorts } from '../../src/temporal/composePorts.ts';
import type { BenchWorker } from '../../src/temporal/worker.ts';
import type { datasetBuild } from '../../workflows/datasetBuild.ts';
import { buildProgress } from '../../workflows/messages.ts';
import { benchQueue, buildId } from '../../workflows/workflowIds.ts';
import { openRig, type Rig } from '../support/rig.ts';

let rig: Rig;
let ports: Awaited<ReturnType<typeof composePorts>>;
let worker: BenchWorker;
before(async () => {
  rig = await openRig();
  ports = await composePorts();
  worker = await rig.startWorker(ports);
});
after(async () => {
  await worker.stop();
  await ports.close();
  await rig.close();
});

test('A dataset is built as a workflow; a worker that is replaced meanwhile goes on with what is kept', async () => {
  const output = join(rig.folder, 'signing.jsonl.zst');
  const input: BuildInput = {
    repository: 'django',
    labels: ['signing'],
    output,
    limit: 1,
    maxPerFile: 2,
    seed: '9',
    descriptions: 'own',
    longFiles: false,
    version: '1',
  };
  const workflowId = buildId('signing');
  const handle = await rig.client.workflow.start<typeof datasetBuild>('datasetBuild', {
    workflowId,
    taskQueue: benchQueue,
    args: [input],
  });
  while ((await handle.query(buildProgress)).stage === 'tests')
    await new Promise((done) => setTimeout(done, 200));
  await worker.stop();
  worker = await rig.startWorker(ports);
  const built = await handle.result();
  const { rows, header } = await readDataset(output);
  assert.deepEqual([built.rows, rows.length, header?.digest], [1, 1, built.digest]);
  assert.match(await readFile(join(rig.folder, 'signing.DATASET.md'), 'utf8'), /^# signing, version 1\n/);
  assert.deepEqual((await handle.query(buildProgress)).stage, 'done');
});

test('Rows are counted in order, no more of a file than may be', () => {
  const proved = ['a', 'a', 'b', 'a', 'c'].map((filePath, index) => ({ filePath, isRow: index !== 2 }));
  assert.deepEqual(countRows(proved, { limit: 3, maxPerFile: 2 }), {
    rows: 3,
    isEnough: true,
    fullFiles: ['a'],
  });
  assert.deepEqual(countRows(proved, { limit: null, maxPerFile: null }), {
    rows: 4,
    isEnough: false,
    fullFiles: [],
  });
});
