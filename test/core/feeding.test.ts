import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  afterAnswer,
  afterRefusal,
  afterSlowness,
  startLimit,
  within,
} from '../../src/core/feeding/adaptiveLimit.ts';
import { waitFor } from '../../src/core/feeding/rateWindow.ts';

/** Rounds of an endpoint that takes so many at a time and refuses the rest at once. */
function feed(
  state = startLimit(64),
  { takes, rounds, most = 64 }: { takes: number; rounds: number; most?: number },
) {
  let limit = state;
  let refused = 0;
  for (let round = 0; round < rounds; round += 1) {
    const { limit: sent } = limit;
    for (let more = sent; more > takes; more -= 1) {
      refused += 1;
      limit = afterRefusal(limit, more - 1);
    }
    for (let done = 0; done < Math.min(sent, takes); done += 1) limit = afterAnswer(limit, most);
  }
  return { limit, refused };
}

test('the limit falls to what the endpoint takes in one round, and little is refused after that', () => {
  const first = feed(undefined, { takes: 37, rounds: 1 });
  assert.equal(first.refused, 64 - 37);
  assert.ok(first.limit.limit >= 37 && first.limit.limit <= 38);
  const { limit, refused } = feed(first.limit, { takes: 37, rounds: 100 });
  assert.ok(limit.limit === 37 || limit.limit === 38);
  assert.ok(refused <= 15, `${refused} refused in 100 rounds`);
});

test('the limit grows again when the endpoint takes more, up to what is allowed', () => {
  const low = feed(undefined, { takes: 5, rounds: 3 });
  const { limit } = feed(low.limit, { takes: 64, rounds: 60 });
  assert.equal(limit.limit, 64);
  assert.equal(within(limit, 20).limit, 20);
});

test('an endpoint that refuses all is still asked for one at a time', () => {
  assert.equal(feed(undefined, { takes: 0, rounds: 3 }).limit.limit, 1);
  assert.equal(afterSlowness(startLimit(8), 0).limit, 1);
});

test('no minute holds more requests or tokens than are allowed', () => {
  const limits = { requestsPerMinute: 2, tokensPerMinute: 100 };
  const sent = [
    { at: 0, tokens: 40 },
    { at: 10_000, tokens: 40 },
  ];
  const wait = (now: number, tokens = 10): number => waitFor(sent, limits, { now, tokens });
  assert.equal(wait(20_000), 40_000, 'until the first is a minute old');
  assert.equal(wait(60_000), 0);
  assert.equal(wait(60_000, 70), 10_000, 'its tokens fit when the second is gone, too');
  assert.equal(wait(60_000, 1000), 10_000, 'more than a minute allows waits until nothing else was sent');
  assert.equal(wait(70_000, 1000), 0);
  const unlimited = { requestsPerMinute: null, tokensPerMinute: null };
  assert.equal(waitFor(sent, unlimited, { now: 20_000, tokens: 1e9 }), 0);
});
