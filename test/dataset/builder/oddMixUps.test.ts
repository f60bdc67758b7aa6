import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOddMixUp } from '../../../src/dataset/builder/oddMixUps.ts';

const isOdd = (before: string, after: string, operator = 'wrong_variable'): boolean =>
  isOddMixUp({ operator, before, after });

test('Names that begin alike or share a word are mixed up by people', () => {
  assert.ok(!isOdd('return sorted(hashes)', 'return sorted(hashed)'));
  assert.ok(!isOdd('add(name, x)', 'add(group_name, x)'));
  assert.ok(!isOdd('f(new_state)', 'f(project_state)'));
});

test('Names that have nothing in common are not', () => {
  assert.ok(isOdd('delta = expiry - modification', 'delta = kwargs - modification'));
  assert.ok(isOdd('return s', 'return errors'));
});

test('Other operators mix up no names', () => {
  assert.ok(!isOdd('return s', 'return errors', 'missing_conversion'));
});
