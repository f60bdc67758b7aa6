import assert from 'node:assert/strict';
import { test } from 'node:test';
import { saysWhatChanges } from '../../../src/dataset/builder/steadyOutput.ts';

const today = new Date('2031-12-31T22:00:00Z');

test('An output that names the present year, in any time zone, is another one some day', () => {
  assert.ok(saysWhatChanges(`WHERE "pubdate" <= '2031-12-31'`, today));
  assert.ok(saysWhatChanges('Jan. 1, 2032', today));
  assert.ok(!saysWhatChanges(`WHERE "pubdate" <= '2008-04-02'`, today));
});

test('A line number or a longer number is no year', () => {
  assert.ok(!saysWhatChanges('  File "django/db/models/query.py", line 2031, in get', today));
  assert.ok(!saysWhatChanges('12031 != 20310', today));
});

test('Where endless recursion ends depends on the place', () => {
  assert.ok(saysWhatChanges('RecursionError: maximum recursion depth exceeded', today));
  assert.ok(!saysWhatChanges('AssertionError: 1 != 2', today));
});
