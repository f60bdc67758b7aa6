import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { EndpointGate, type Leave, type Wish } from '../../activities/feeding/gate.ts';

const never = new AbortController().signal;
const wish = ({ most = 2, ...changes }: Partial<Omit<Wish, 'most'>> & { most?: number } = {}): Wish => ({
  most: () => most,
  limits: { requestsPerMinute: null, tokensPerMinute: null },
  tokens: 1,
  signal: never,
  ...changes,
});
const done = { tokens: 1, isSlow: false, pauseMilliseconds: 0 };

test('who comes first goes first, and no more at a time than are allowed', async () => {
  const gate = new EndpointGate();
  const order: number[] = [];
  const leaves: Leave[] = [];
  for (const n of [1, 2, 3, 4]) {
    void gate.enter(wish()).then((leave) => {
      order.push(n);
      leaves.push(leave);
    });
  }
  await sleep(5);
  assert.deepEqual(order, [1, 2]);
  assert.deepEqual([gate.state().inFlight, gate.state().waiting], [2, 2]);
  leaves[0]?.answered(done);
  await sleep(5);
  assert.deepEqual(order, [1, 2, 3]);
  void gate.enter(wish({ most: 4 })).then(() => order.push(5));
  await sleep(5);
  leaves[1]?.failed();
  await sleep(5);
  assert.deepEqual(order, [1, 2, 3, 4, 5], 'more are let in when more are allowed');
});

test('one that gives up leaves the queue', async () => {
  const gate = new EndpointGate();
  await gate.enter(wish({ most: 1 }));
  const given = new AbortController();
  const waiting = gate.enter(wish({ most: 1, signal: given.signal }));
  given.abort(new Error('enough'));
  await assert.rejects(waiting, /enough/);
  assert.equal(gate.state().waiting, 0);
  await assert.rejects(gate.enter(wish({ signal: given.signal })), /enough/);
});

test('one that gives up, whose minute is used up, keeps nobody else waiting', async () => {
  const gate = new EndpointGate();
  const limits = { requestsPerMinute: 1, tokensPerMinute: null };
  await gate.enter(wish({ most: 4, limits }));
  const given = new AbortController();
  const waiting = gate.enter(wish({ most: 4, limits, signal: given.signal }));
  let isIn = false;
  void gate.enter(wish({ most: 4 })).then(() => (isIn = true));
  await sleep(5);
  assert.equal(isIn, false);
  given.abort(new Error('enough'));
  await assert.rejects(waiting, /enough/);
  assert.equal(isIn, true);
});

test('a refusal lowers the limit; the last one in flight makes all wait as long as the endpoint says', async () => {
  const gate = new EndpointGate();
  const [one, other] = [await gate.enter(wish()), await gate.enter(wish())];
  one.refused(60_000);
  assert.deepEqual(
    [gate.state().limit, gate.state().pausedMilliseconds],
    [1, 0],
    'the other is being answered',
  );
  other.refused(200);
  assert.ok(gate.state().pausedMilliseconds > 0);
  const next = await gate.enter(wish());
  assert.equal(gate.state().pausedMilliseconds, 0);
  assert.equal(gate.state().refusedInLastMinute, 2);
  next.answered({ ...done, pauseMilliseconds: 200 });
  assert.ok(gate.state().pausedMilliseconds > 0, 'an answer may say that no more is taken for a while');
  await gate.enter(wish());
  assert.equal(gate.state().pausedMilliseconds, 0);
});

test('answers that come late, and requests that wait in the server, lower the limit', async () => {
  const gate = new EndpointGate();
  const leaves = await Promise.all(Array.from({ length: 20 }, () => gate.enter(wish({ most: 20 }))));
  leaves[0]?.answered({ ...done, isSlow: true });
  assert.equal(gate.state().limit, 18);
  gate.isBehind(0);
  assert.equal(gate.state().limit, 18);
  gate.isBehind(9);
  assert.equal(gate.state().limit, 10, '19 are in flight, 9 of them wait in the server');
});
