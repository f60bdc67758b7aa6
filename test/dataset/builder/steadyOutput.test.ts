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

test('A set of objects has no order of its own; one of texts or of one object has', () => {
  const items = 'Items in the second set but not the first:\n';
  assert.ok(saysWhatChanges(`AssertionError: ${items}<class 'a.Article'>\n<class 'a.Reporter'>\n`, today));
  assert.ok(saysWhatChanges("{<class 'a.Article'>, <class 'a.Reporter'>} != set()", today));
  assert.ok(!saysWhatChanges(`${items}<class 'a.Article'>\n`, today));
  assert.ok(!saysWhatChanges(`${items}'a'\n'b'\n`, today));
});
