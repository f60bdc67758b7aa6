import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describePlan, describeRun, describeTurn } from '../../../src/core/flow/describe.ts';
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
  // Blanks and hyphens in a cell do not break the line.
  const cells = 'running | 2 of 3 (66 %) | 0 | 0 | 0 | 0 | 01-01 12:00:00 |';
  const plain = (text: string): string => text.replaceAll('\u00a0', ' ').replaceAll('\u2011', '-');
  assert.equal(plain(describeRun(progress)).split('\n').at(-1), `| ${cells}`);
  assert.deepEqual(
    plain(describeRun([progress, progress]))
      .split('\n')
      .slice(2),
    [`| a b c | ${cells}`, `| a b c | ${cells}`],
  );
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

test('a suite says what its user was told, on lines of their own', () => {
  const runs = [{ run: 'a', itemCount: 3 }];
  assert.equal(describePlan({ runs, notices: [] }), '- `bench/a`: 3 items');
  assert.equal(describePlan({ runs, notices: ['one\ntwo'] }), '- one two\n- `bench/a`: 3 items');
});
