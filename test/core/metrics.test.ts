import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { chrf, commonPrefixRatio, matchMethodName } from '../../src/core/metrics.ts';

interface Fixture {
  readonly sacrebleu: string;
  readonly rows: readonly {
    readonly hypothesis: string;
    readonly reference: string;
    readonly chrf: number;
  }[];
}

// Made by fixtures/chrf/make.py, which says how.
const fixture: Fixture = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures', 'chrf', 'pairs.json'), 'utf8'),
);

test("chrF is sacrebleu's number for every recorded pair", () => {
  assert.ok(fixture.rows.length >= 40);
  for (const { hypothesis, reference, chrf: expected } of fixture.rows) {
    const difference = Math.abs(chrf(hypothesis, reference) - expected);
    assert.ok(
      difference < 1e-9,
      `${JSON.stringify([hypothesis, reference])}: ${chrf(hypothesis, reference)}, expected ${expected}`,
    );
  }
});

test('chrF of a method of 4,000 lines comes to an end', () => {
  const method = 'value = self.compute(other, 1)\n'.repeat(4000);
  const score = chrf(method, method.replaceAll('other', 'another'));
  assert.ok(score > 50 && score < 100, String(score));
});

test('the common prefix is counted in characters, not in code units', () => {
  assert.equal(commonPrefixRatio('abcx', 'abcd'), 0.75);
  assert.equal(commonPrefixRatio('abcd and more', 'abcd'), 1);
  assert.equal(commonPrefixRatio('', 'abcd'), 0);
  assert.equal(commonPrefixRatio('x', ''), 0);
  assert.equal(commonPrefixRatio('', ''), 1);
  assert.equal(commonPrefixRatio('𝄞a', '𝄞b'), 0.5);
});

test('only an answer that changes the broken method matches its name', () => {
  const explanation = '';
  assert.equal(matchMethodName({ kind: 'wrong_target', code: '', found: 'A.f', explanation }), false);
  assert.equal(matchMethodName({ kind: 'unusable_answer', reason: 'no_code', explanation }), false);
  const candidate = { code: '', file: '', exactFormat: true, qualifiedName: 'A.f', line: 1, suspicions: [] };
  assert.equal(matchMethodName({ kind: 'candidate', ...candidate }), true);
});
