import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildDataset } from '../../src/dataset/builder/buildDataset.ts';
import { readDataset } from '../../src/dataset/readDataset.ts';
import type { Dataset } from '../../src/dataset/readDataset.ts';
import { environmentCheck, restampRows } from '../../src/dataset/restampRows.ts';
import { rowInvariants } from '../../src/dataset/rowInvariants.ts';
import { validateDataset } from '../../src/dataset/validateDataset.ts';
import { rowsDigest } from '../../src/dataset/writeDataset.ts';
import { buildEnvironment } from '../../src/environments/index.ts';
import type { PreparedEnvironment } from '../../src/ports/sandbox.ts';
import { loadPythonParser } from '../../src/python/pythonParser.ts';
import { createSandbox } from '../../src/sandbox/index.ts';

let folder = '';
let environment: PreparedEnvironment;
const sandbox = createSandbox('bubblewrap', { slots: 2 });
const signal = new AbortController().signal;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'triathlon-build-'));
  environment = await buildEnvironment({ repository: 'django' });
});
after(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

const lines: string[] = [];

async function build(output: string, provider = sandbox): Promise<string> {
  const built = await buildDataset({
    environment,
    sandbox: provider,
    labels: ['signing'],
    output: join(folder, output),
    limit: 1,
    seed: '9',
    maxPerFile: 2,
    maxFileCharacters: 59_500,
    descriptions: 'own',
    repository: { title: 'Django 4.0.4', licenses: ['LICENSE'] },
    version: '1',
    workRoot: join(folder, 'work'),
    slots: 1,
    signal,
    onProgress: (line) => lines.push(line),
  });
  return built.digest;
}

async function validate(dataset: Dataset): ReturnType<typeof validateDataset> {
  return validateDataset({
    dataset,
    environment,
    sandbox,
    repeats: 1,
    slots: 2,
    signal,
    onProgress: () => undefined,
  });
}

test('Rows built from real Django hold, are read back, and a second build goes on from what is kept', async () => {
  const digest = await build('small.jsonl');
  assert.ok(lines.some((line) => line.startsWith('coverage 1/1 ')));
  assert.ok(lines.some((line) => /^row 1\/1 .*: proved(, .* left)?$/.test(line)));
  const dataset = await readDataset(join(folder, 'small.jsonl'));
  assert.deepEqual([dataset.rows.length, dataset.badRows.length], [1, 0]);
  assert.equal(rowsDigest(dataset.rows), digest);
  const parser = await loadPythonParser();
  for (const row of dataset.rows) {
    assert.equal(row.triathlon?.environment, environment.digest);
    assert.match(row.test_error_message ?? '', /^={70}\n(FAIL|ERROR): [\s\S]*FAILED \(/);
    for (const { name, holds } of rowInvariants) assert.equal(holds(row, parser), true, name);
  }
  const closed = createSandbox('bubblewrap', { slots: 1 });
  await closed.close();
  assert.equal(await build('again.jsonl.gz', closed), digest);
});

test('Validation proves a row anew, and names the checks that a spoilt row fails', async () => {
  const dataset = await readDataset(join(folder, 'small.jsonl'));
  const [good] = dataset.rows;
  assert.ok(good?.triathlon);
  const spoilt = {
    ...good,
    dp_id: 'spoilt',
    file_with_buggy_method: good.raw_file_content,
    triathlon: { ...good.triathlon, environment: `sha256:${'0'.repeat(64)}` },
  };
  const table = await validate({ ...dataset, rows: [good, spoilt] });
  assert.equal(table.proved, 1);
  const broken = table.checks.filter(({ broken: rows }) => rows.length > 0);
  assert.deepEqual(
    broken.map(({ check }) => check).sort(),
    [
      'bug fails, held-out',
      'bug fails, visible',
      'bug gives the recorded output',
      'bug is inside the method only',
      environmentCheck,
    ].sort(),
  );
  for (const { broken: rows } of broken) assert.deepEqual(rows, ['spoilt']);
  assert.deepEqual(
    restampRows({ ...dataset, rows: [good, spoilt] }, table).map((row) => row.dp_id),
    [good.dp_id],
  );
});
