import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparePaired, mcnemarExact } from '../../src/core/pairedStatistics.ts';
import expected from './fixtures/statistics.json' with { type: 'json' };

const near = (found: number, wanted: number): void => {
  assert.ok(Math.abs(found - wanted) <= 1e-10, `expected ${wanted}, found ${found}`);
};

test("McNemar's exact p is statsmodels', Newcombe's interval the one of his paper", () => {
  for (const { counts, p, low, high } of expected.paired) {
    const [both = 0, firstOnly = 0, secondOnly = 0, neither = 0] = counts;
    const found = comparePaired({ both, firstOnly, secondOnly, neither });
    assert.ok(found);
    near(found.p, p);
    near(found.low, low);
    near(found.high, high);
  }
});

test('runs that agree everywhere differ by nothing, and no shared item gives no comparison', () => {
  const same = comparePaired({ both: 50, firstOnly: 0, secondOnly: 0, neither: 50 });
  assert.deepEqual([same?.difference, same?.p], [0, 1]);
  assert.equal(comparePaired({ both: 0, firstOnly: 0, secondOnly: 0, neither: 0 }), null);
});

test('the smallest difference shown is significant, and the next smaller one is not', () => {
  const found = comparePaired({ both: 100, firstOnly: 20, secondOnly: 20, neither: 60 });
  const pairs = Math.round((found?.smallestShown ?? 0) * 200);
  assert.ok(mcnemarExact((40 - pairs) / 2, (40 + pairs) / 2) < 0.05);
  assert.ok(mcnemarExact((40 - pairs) / 2 + 1, (40 + pairs) / 2 - 1) >= 0.05);
  const few = comparePaired({ both: 90, firstOnly: 1, secondOnly: 0, neither: 9 });
  near(few?.smallestShown ?? 0, 0.06);
});
