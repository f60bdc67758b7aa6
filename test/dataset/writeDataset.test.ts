import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DatasetError } from '../../src/core/errors.ts';
import { pickQuickRows } from '../../src/dataset/pickRows.ts';
import { readDataset } from '../../src/dataset/readDataset.ts';
import { rowsDigest, writeDataset } from '../../src/dataset/writeDataset.ts';
import { exampleRow } from './exampleRow.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'triathlon-write-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const additions = (seconds: number) =>
  ({
    schema: 1,
    qualified_name: 'A.f',
    environment: `sha256:${'0'.repeat(64)}`,
    held_out_tests: [],
    expected_statuses: {},
    reference_seconds: { visible: seconds, held_out: 0 },
    load_bearing: false,
    single_test: true,
  }) as const;

test('Rows are written whole, read back equal, and the same rows give the same bytes', async () => {
  const rows = [exampleRow({ triathlon: additions(1) })];
  for (const name of ['a.jsonl', 'b.jsonl.gz', 'c.jsonl.zst']) {
    const path = join(folder, name);
    await writeDataset(path, rows);
    const bytes = await readFile(path);
    assert.deepEqual((await readDataset(path)).rows, rows);
    await writeDataset(path, rows);
    assert.deepEqual(await readFile(path), bytes);
  }
  assert.deepEqual(
    (await readdir(folder)).sort((a, b) => (a < b ? -1 : 1)),
    ['a.jsonl', 'b.jsonl.gz', 'c.jsonl.zst'],
  );
});

test('A name that could not be read back is refused', async () => {
  await assert.rejects(writeDataset(join(folder, 'a.json'), []), DatasetError);
  await assert.rejects(writeDataset(join(folder, 'a.jsonl', 'b.jsonl'), []), /Cannot write the dataset/);
});

test('Measured seconds and the order of columns do not change what rows say; tests do', () => {
  const row = exampleRow({ triathlon: additions(1) });
  const shuffled = Object.fromEntries(Object.entries(exampleRow({ triathlon: additions(9) })).reverse());
  assert.equal(rowsDigest([row]), rowsDigest([shuffled as unknown as typeof row]));
  const other = exampleRow({ triathlon: additions(1), tests: { full_paths: ['x'], time_test_norm: null } });
  assert.notEqual(rowsDigest([row]), rowsDigest([other]));
});

test('The quickest rows are picked, two of a file at most, in the order of the dataset', () => {
  const rows = [5, 1, 2, 3, 4].map((seconds, index) =>
    exampleRow({
      dp_id: `m${seconds}`,
      file_path: index < 4 ? 'a.py' : 'b.py',
      triathlon: additions(seconds),
    }),
  );
  assert.deepEqual(
    pickQuickRows(rows, 3).map((row) => row.dp_id),
    ['m1', 'm2', 'm4'],
  );
});
