import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readParquet } from '../../src/dataset/parquet/readParquet.ts';
import { readDataset, refuseBadRows } from '../../src/dataset/readDataset.ts';
import { installTool } from '../support/pythonTool.ts';
import { exampleRow } from './exampleRow.ts';

let folder = '';
const rows = Array.from({ length: 5 }, (_, idx) => exampleRow({ idx, dp_id: `row_${idx}` }));

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'triathlon-arrow-'));
  const bin = await installTool('pandas-3.1.1-pyarrow-26.0.1', 'pandas==3.1.1', 'pyarrow==26.0.1');
  await writeFile(join(folder, 'rows.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
  execFileSync(join(bin, 'python'), [join(import.meta.dirname, 'write_arrow.py'), folder]);
});
after(() => rm(folder, { recursive: true, force: true }));

for (const packing of ['NONE', 'SNAPPY', 'GZIP', 'BROTLI', 'ZSTD', 'LZ4', 'plain']) {
  test(`What pyarrow wrote (${packing}) is read equal: nested columns, nulls, 64-bit numbers, dictionaries`, async () => {
    const file = join(folder, `${packing}.parquet`);
    // JSON's own numbers end before 64 bits do: such a number comes as text.
    const text = (await readFile(join(folder, 'expected.json'), 'utf8')).replace(
      '9223372036854775807',
      '"9223372036854775807"',
    );
    assert.deepEqual(await readParquet(await readFile(file)), JSON.parse(text));
    const read = (await readDataset(file)).rows.map((row) => {
      const added = ['stars', 'far', 'share', 'nested'];
      return Object.fromEntries(Object.entries(row).filter(([column]) => !added.includes(column)));
    });
    assert.deepEqual(read, await rowsAsTheyAre());
  });
}

for (const name of ['pandas.parquet', 'pandas.jsonl', 'pandas.jsonl.gz', 'pandas.json']) {
  test(`What pandas wrote is read equal: ${name}`, async () => {
    const dataset = await readDataset(join(folder, name));
    assert.deepEqual([dataset.rows, dataset.badRows], [await rowsAsTheyAre(), []]);
  });
}

const rowsAsTheyAre = async () => (await readDataset(join(folder, 'rows.jsonl'))).rows;

test('A Parquet file without rows, and one without a column, are refused in words', async () => {
  await assert.rejects(
    readDataset(join(folder, 'empty.parquet')),
    /empty\.parquet is empty: expected at least one row/,
  );
  const dataset = await readDataset(join(folder, 'less.parquet'));
  assert.throws(
    () => refuseBadRows(dataset),
    /less\.parquet, line 1: raw_file_content: expected string.*4 more broken rows/,
  );
});
