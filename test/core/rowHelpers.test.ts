import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedStatuses, itemId, referenceMethod, replaceMethod } from '../../src/core/rowHelpers.ts';
import { exampleRow } from '../dataset/exampleRow.ts';

test('A readable dp_id is its own item name; any other becomes safe and stays different', () => {
  assert.equal(itemId({ dp_id: 'django.utils.text.Truncator.chars' }), 'django.utils.text.Truncator.chars');
  const odd = ['a/b', 'a b', 'a_b', '../x', '.x', '', 'é', 'x'.repeat(300), 'x'.repeat(301), '%2e'];
  const ids = odd.map((dp_id) => itemId({ dp_id }));
  for (const id of ids) assert.match(id, /^[A-Za-z0-9_][A-Za-z0-9._-]{0,119}$/);
  assert.equal(new Set(ids).size, odd.length);
  assert.deepEqual(
    ids,
    odd.map((dp_id) => itemId({ dp_id })),
  );
});

test('Statuses are passed unless the row says otherwise', () => {
  const additions = { held_out_tests: ['c'], expected_statuses: { b: 'skipped' } };
  const row = exampleRow({
    tests: { full_paths: ['a', 'b', 'toString'], time_test_norm: null },
    triathlon: additions as never,
  });
  const { visible, heldOut } = expectedStatuses(row);
  assert.deepEqual(
    [...visible],
    [
      ['a', 'passed'],
      ['b', 'skipped'],
      ['toString', 'passed'],
    ],
  );
  assert.deepEqual([...heldOut], [['c', 'passed']]);
});

test('Putting the reference back in its place gives the file back', () => {
  const row = exampleRow();
  assert.equal(replaceMethod(row, referenceMethod(row)), row.raw_file_content);
  assert.equal(replaceMethod(row, 'X').split('\n')[2], 'X');
});
