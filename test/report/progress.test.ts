import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProgressLog, renderProgressBars } from '../../src/report/progress.ts';
import type { PrintedProgress } from '../../src/report/progress.ts';

const run: PrintedProgress = {
  run: 'generation-tiny',
  items: 40,
  finished: 9,
  passed: 6,
  unscored: 1,
  inFlight: 4,
  turns: 21,
  startedAt: 1_000_000,
  state: 'running',
};

test('a bar shows how much is done, and from the pace so far how long the rest takes', () => {
  const [line] = renderProgressBars({ runs: [run], now: 1_100_000, columns: 200 });
  assert.equal(
    line,
    'generation-tiny █████░░░░░░░░░░░░░░░ 9 of 40 · 6 passed · 1 unscored · 4 in flight · 21 turns · about 5m 00s left',
  );
});

test('bars of several runs stand in line and never reach the edge of the terminal', () => {
  const runs = [run, { ...run, run: 'r', items: 0, finished: 0, unscored: 0, startedAt: 0 }];
  const lines = renderProgressBars({ runs, now: 1_100_000, columns: 60 });
  assert.deepEqual(
    lines.map((line) => line.search(/[█░]/)),
    [16, 16],
  );
  assert.ok(lines.every((line) => line.length < 60));
});

test('nothing is estimated while a run is paused, not begun or done', () => {
  const states = [{ state: 'paused' as const }, { finished: 0, unscored: 0 }, { finished: 40, unscored: 0 }];
  for (const state of states) {
    const [line] = renderProgressBars({ runs: [{ ...run, ...state }], now: 1_100_000, columns: 200 });
    assert.doesNotMatch(line ?? '', /left/);
  }
});

test('in a pipe a line comes on a change of state at once, else every ten seconds and only with news', () => {
  const due = createProgressLog();
  assert.equal(due([run], 0).length, 1);
  assert.equal(due([{ ...run, finished: 10 }], 9_000).length, 0);
  assert.equal(due([{ ...run, finished: 10 }], 10_000).length, 1);
  assert.equal(due([{ ...run, finished: 10 }], 60_000).length, 0);
  assert.match(due([{ ...run, finished: 10, state: 'paused' }], 60_001)[0] ?? '', /: 10 of 40 .* paused$/);
});
