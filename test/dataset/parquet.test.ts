import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { originalRows } from '../../src/dataset/exportRows.ts';
import { originalParquet } from '../../src/dataset/parquet/writeParquet.ts';
import { readParquet } from '../../src/dataset/parquet/readParquet.ts';
import { readDataset } from '../../src/dataset/readDataset.ts';
import { resourcePath } from '../../src/config/resources.ts';
import { exampleRow } from './exampleRow.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'triathlon-parquet-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('The shipped rows come back from Parquet as they are, and the same rows give the same bytes', async () => {
  const { rows } = await readDataset(resourcePath('datasets', 'django-4.0.4-mini.jsonl.gz'));
  const original = originalRows(rows);
  const bytes = originalParquet(original);
  assert.deepEqual(originalParquet(original), bytes);
  assert.deepEqual(await readParquet(bytes), JSON.parse(JSON.stringify(original)));
  await writeFile(join(folder, 'test.parquet'), bytes);
  const read = await readDataset(join(folder, 'test.parquet'));
  assert.equal(read.name, 'test');
  assert.deepEqual(originalRows(read.rows), JSON.parse(JSON.stringify(original)));
});

test('The parts of a set in a folder are one set; two sets are not, and bad rows are named', async () => {
  const parts = join(folder, 'parts');
  await mkdir(parts);
  const bad = { ...exampleRow({ dp_id: 'b' }), file_path: '/etc/passwd' };
  await writeFile(join(parts, 'test-00000-of-00002.parquet'), originalParquet([exampleRow({ dp_id: 'a' })]));
  await writeFile(join(parts, 'test-00001-of-00002.parquet'), originalParquet([bad]));
  const read = await readDataset(parts);
  assert.deepEqual([read.rows.map(({ dp_id }) => dp_id), read.badRows.map(({ line }) => line)], [['a'], [2]]);
  assert.match(read.badRows[0]?.message ?? '', /^file_path: expected a relative path/);
  await writeFile(join(parts, 'other.parquet'), originalParquet([exampleRow()]));
  await assert.rejects(readDataset(parts), /Expected exactly one dataset file/);
});

test('What is no Parquet file is said to be none', async () => {
  const path = join(folder, 'no.parquet');
  await writeFile(path, 'PAR1 not really');
  await assert.rejects(readDataset(path), /Cannot read the dataset .*no\.parquet/);
});
