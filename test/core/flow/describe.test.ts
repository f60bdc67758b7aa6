import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeRun, describeTurn } from '../../../src/core/flow/describe.ts';
import { noCounts } from '../../../src/core/flow/plans.ts';

test('a run is a Markdown table whose cells cannot break it', () => {
  const progress = {
    ...noCounts,
    run: 'a|b\nc',
    task: 'completion',
    model: 'm',
    items: 3,
    finished: 2,
    concurrency: 1,
    startedAt: Date.UTC(2026, 0, 1, 12),
    state: 'running' as const,
  };
  assert.deepEqual(describeRun(progress).split('\n').slice(2), [
    '| a b c | running | 2 of 3 (66 %) | 0 | 0 | 0 | 0 | 2026-01-01T12:00:00Z |',
  ]);
});

test('a turn whose visible tests pass says nothing of the held-out ones', () => {
  const metrics = { percentagePassed: 1 };
  const said = (['passed', 'failed', 'timed_out', 'crashed'] as const).map((kind) =>
    describeTurn({ verdict: { kind }, visiblePassed: true, metrics }),
  );
  assert.deepEqual(new Set(said), new Set(['the visible tests pass']));
});

test('a turn that goes on says why, and rounds down', () => {
  const visiblePassed = false;
  const metrics = { percentagePassed: 0.999 };
  assert.equal(
    describeTurn({ verdict: { kind: 'timed_out' }, visiblePassed, metrics }),
    'timed out, 99 % of the visible tests as expected',
  );
  const verdict = { kind: 'unusable_answer', reason: 'no_code' } as const;
  assert.equal(describeTurn({ verdict, visiblePassed, metrics }), 'unusable answer (no code)');
});
