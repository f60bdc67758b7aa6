import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFeeder, workerIdentity } from '../../src/temporal/pollers.ts';

test('the oldest worker that may be alive feeds the endpoints, and the others stand by', () => {
  const old = 'bench-7@here/1000';
  const young = 'bench-3@there/2000';
  assert.ok(isFeeder([young, old], old));
  assert.ok(!isFeeder([young, old], young));
  assert.ok(isFeeder([young], young), 'it takes over when the other is gone');
  assert.ok(isFeeder([], young), 'one that the server does not know yet feeds');
  assert.ok(isFeeder(['somebody else'], young), 'a stranger’s worker feeds nothing of ours');
  assert.ok(isFeeder(['bench-9@here/1000', old], old), 'of two that are as old, one');
  assert.ok(!isFeeder(['bench-9@here/1000', old], 'bench-9@here/1000'));
  assert.match(workerIdentity, new RegExp(`^bench-${process.pid}@.+/\\d{13}$`));
});
