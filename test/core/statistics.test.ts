import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addMoment,
  boundsWithUnscored,
  meanInterval,
  noMoments,
  passAtK,
  wilsonInterval,
} from '../../src/core/statistics.ts';
import expected from './fixtures/statistics.json' with { type: 'json' };

const near = (found: number, wanted: number, tolerance = 1e-12): void => {
  assert.ok(Math.abs(found - wanted) <= tolerance, `expected ${wanted} ± ${tolerance}, found ${found}`);
};

test("Wilson's interval is the one of scipy and statsmodels", () => {
  for (const { passed, trials, low, high } of expected.wilson) {
    const found = wilsonInterval(passed, trials);
    assert.ok(found);
    near(found.low, low);
    near(found.high, high);
  }
});

test('none of n begins at exactly 0, all of n ends at exactly 1, and no trials give no interval', () => {
  for (const trials of [1, 3, 20, 359, 100_000]) {
    assert.equal(wilsonInterval(0, trials)?.low, 0);
    assert.equal(wilsonInterval(trials, trials)?.high, 1);
    assert.ok((wilsonInterval(0, trials)?.high ?? 0) > 0);
    assert.ok((wilsonInterval(trials, trials)?.low ?? 1) < 1);
  }
  assert.equal(wilsonInterval(0, 0), null);
  assert.equal(meanInterval(noMoments, 1), null);
});

test('pass@k is the share of all choices of k samples that hold a passing one', () => {
  for (const { samples, passed, k, value } of expected.passAtK) near(passAtK({ samples, passed, k }), value);
  assert.throws(() => passAtK({ samples: 3, passed: 1, k: 4 }), /between 1 and 3, found 4/);
});

test("with one sample per item the interval of the mean is exactly Wilson's", () => {
  let moments = noMoments;
  for (let item = 0; item < 60; item += 1) moments = addMoment(moments, item < 13 ? 1 : 0);
  const found = meanInterval(moments, 1);
  const wilson = wilsonInterval(13, 60);
  assert.ok(found && wilson);
  near(found.low, wilson.low);
  near(found.high, wilson.high);
});

test("with several samples the interval is as wide as scipy's bootstrap over items", () => {
  for (const { samples, passed, low, high } of expected.mean) {
    const moments = passed.map((count) => count / samples).reduce(addMoment, noMoments);
    const found = meanInterval(moments, samples);
    assert.ok(found);
    near(found.low, low, 0.006);
    near(found.high, high, 0.006);
    const asIfIndependent = wilsonInterval(found.share * moments.count * samples, moments.count * samples);
    assert.ok(asIfIndependent && found.high - found.low > asIfIndependent.high - asIfIndependent.low);
  }
});

test('several samples that all pass, all fail, or all give the same share never shrink to a point', () => {
  const of = (value: number): ReturnType<typeof meanInterval> =>
    meanInterval(Array.from({ length: 20 }, () => value).reduce(addMoment, noMoments), 4);
  assert.deepEqual(of(1), wilsonInterval(20, 20));
  assert.deepEqual(of(0), wilsonInterval(0, 20));
  assert.deepEqual(of(0.5), wilsonInterval(40, 80));
});

test('the bounds hold every unscored item once as failed and once as passed', () => {
  assert.deepEqual(boundsWithUnscored({ passed: 6, scored: 9, unscored: 1 }), { low: 0.6, high: 0.7 });
  assert.deepEqual(boundsWithUnscored({ passed: 0, scored: 0, unscored: 4 }), { low: 0, high: 1 });
  assert.equal(boundsWithUnscored({ passed: 0, scored: 0, unscored: 0 }), null);
});
