import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { readDataset } from '../../src/dataset/readDataset.ts';
import type { Dataset } from '../../src/dataset/readDataset.ts';
import { rowInvariants } from '../../src/dataset/rowInvariants.ts';
import { resourcesFolder } from '../../src/environments/index.ts';
import { loadPythonParser } from '../../src/python/pythonParser.ts';
import type { PythonParser } from '../../src/python/pythonTypes.ts';

let whole: Dataset;
let mini: Dataset;
let parser: PythonParser;
before(async () => {
  const folder = join(resourcesFolder(), 'datasets');
  parser = await loadPythonParser();
  whole = await readDataset(join(folder, 'django-4.0.4.jsonl.gz'));
  mini = await readDataset(join(folder, 'django-4.0.4-mini.jsonl.gz'));
});

test('The shipped rows are sixty or more, none is broken, and all name one environment', () => {
  assert.deepEqual([whole.badRows, mini.badRows], [[], []]);
  assert.ok(whole.rows.length >= 60, `found ${whole.rows.length}`);
  const named = new Set([...whole.rows, ...mini.rows].map((row) => row.triathlon?.environment));
  assert.equal(named.size, 1);
});

test('What can be said of a shipped row without running it holds for every row', () => {
  for (const row of whole.rows) {
    for (const { name, holds } of rowInvariants)
      assert.notEqual(holds(row, parser), false, `${row.dp_id}: ${name}`);
  }
});

test('Every shipped row can be used by all three tasks, and fits their context', () => {
  for (const row of whole.rows) {
    assert.ok(row.triathlon?.completion, row.dp_id);
    assert.ok(row.triathlon?.repair, row.dp_id);
    assert.ok(row.test_error_message, row.dp_id);
    assert.ok((row.file_with_buggy_method ?? '').length <= 60_000, row.dp_id);
    assert.ok((row.method.description ?? '').length > 0, row.dp_id);
  }
});

test('No held-out test is named in what a prompt may show', () => {
  for (const row of whole.rows) {
    for (const id of row.triathlon?.held_out_tests ?? []) {
      const name = `${id.slice(id.lastIndexOf('.') + 1)} (${id.slice(0, id.lastIndexOf('.'))}`;
      assert.ok(!row.test_error_message?.includes(name), `${row.dp_id}: ${id}`);
    }
  }
});

test('The mini set is twenty rows of the whole set, from ten files or more', () => {
  const known = new Map(whole.rows.map((row) => [row.dp_id, row]));
  assert.equal(mini.rows.length, 20);
  assert.ok(new Set(mini.rows.map((row) => row.file_path)).size >= 10);
  for (const row of mini.rows) assert.deepEqual(row, known.get(row.dp_id));
});
