import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { findDataset } from '../../src/config/configPaths.ts';
import { addsUp } from '../../src/dataset/builder/funnel.ts';
import { describeTest } from '../../src/dataset/builder/testIds.ts';
import { readDataset } from '../../src/dataset/readDataset.ts';
import type { Dataset } from '../../src/dataset/readDataset.ts';
import { rowInvariants } from '../../src/dataset/rowInvariants.ts';
import { rowsDigest } from '../../src/dataset/writeDataset.ts';
import { loadPythonParser } from '../../src/python/pythonParser.ts';
import type { PythonParser } from '../../src/python/pythonTypes.ts';

const sets = [
  { name: 'django-4.0.4', fewest: 359 },
  { name: 'sympy-1.14', fewest: 300 },
] as const;

let parser: PythonParser;
before(async () => {
  parser = await loadPythonParser();
});

const read = (name: string): Promise<Dataset> => readDataset(findDataset(name) ?? name);

for (const { name, fewest } of sets) {
  describe(`the shipped set ${name}`, () => {
    let set: Dataset;
    before(async () => {
      set = await read(name);
    });

    test(`has ${fewest} rows or more, none broken, all of one environment, and its header is true`, () => {
      assert.deepEqual(set.badRows, []);
      assert.ok(set.rows.length >= fewest, `found ${set.rows.length}`);
      assert.equal(new Set(set.rows.map(({ triathlon }) => triathlon?.environment)).size, 1);
      assert.equal(set.header?.digest, rowsDigest(set.rows));
      assert.equal(set.header?.funnel?.rows, set.rows.length);
      assert.ok(set.header?.funnel && addsUp(set.header.funnel));
    });

    test('keeps what can be said of a row without running it', () => {
      for (const row of set.rows) {
        for (const { name: check, holds } of rowInvariants)
          assert.notEqual(holds(row, parser), false, `${row.dp_id}: ${check}`);
      }
    });

    test('can be used by all three tasks, within their context, and says what was proved', () => {
      for (const { dp_id, triathlon, ...row } of set.rows) {
        assert.ok(triathlon?.completion && triathlon.repair && triathlon.memorisation, dp_id);
        assert.ok(triathlon.evidence && triathlon.sabotage_noticed && triathlon.difficulty, dp_id);
        assert.ok(row.test_error_message, dp_id);
        assert.ok((row.file_with_buggy_method ?? '').length <= 60_000, dp_id);
        assert.equal(triathlon.description_source, 'docstring');
        assert.ok((row.method.description ?? '').length > 0, dp_id);
      }
    });

    test('names no held-out test in what a prompt may show', () => {
      for (const row of set.rows) {
        for (const id of row.triathlon?.held_out_tests ?? [])
          assert.ok(!row.test_error_message?.includes(describeTest(id)), `${row.dp_id}: ${id}`);
      }
    });
  });
}

test('The mini set is twenty rows of the whole set, from ten files or more', async () => {
  const whole = await read('django-4.0.4');
  const mini = await read('django-4.0.4-mini');
  const known = new Map(whole.rows.map((row) => [row.dp_id, row]));
  assert.equal(mini.rows.length, 20);
  assert.ok(new Set(mini.rows.map((row) => row.file_path)).size >= 10);
  for (const row of mini.rows) assert.deepEqual(row, known.get(row.dp_id));
  assert.equal(mini.header?.made_from?.digest, rowsDigest(whole.rows));
});
