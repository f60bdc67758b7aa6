import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '../../src/core/records.ts';
import { wilsonInterval } from '../../src/core/statistics.ts';
import { summarizeRun } from '../../src/report/summarize.ts';
import {
  itemsOf,
  outcomeOf,
  policyOf,
  putAttempt,
  putOutcomes,
  recompose,
  recordOf,
  sampleOf,
  turnOf,
  withRunFolder,
} from './syntheticRun.ts';

const failed = { kind: 'failed' } as const;
const passed = { kind: 'passed' } as const;

test('a pass counts from its own turn on, also where results that were read in lack one before it', () =>
  withRunFolder(async (_folder, store) => {
    await putOutcomes(store, [outcomeOf(0, [sampleOf([turnOf(1, failed), turnOf(3, passed)])])]);
    const summary = await summarizeRun({ store, record: recordOf(1), items: itemsOf(1), recompose });
    assert.deepEqual(
      summary.passedByTurn.map((rate) => rate.passed),
      [0, 0, 1],
    );
  }));

test('passes are counted cumulatively by turn, with intervals', () =>
  withRunFolder(async (_folder, store) => {
    const first = outcomeOf(0, [sampleOf([turnOf(1, passed)])]);
    const third = outcomeOf(1, [sampleOf([turnOf(1, failed), turnOf(2, failed), turnOf(3, passed)])]);
    const never = outcomeOf(2, [sampleOf([1, 2, 3].map((turn) => turnOf(turn, failed)))]);
    await putOutcomes(store, [first, third, never]);
    const summary = await summarizeRun({ store, record: recordOf(3), items: itemsOf(3), recompose });
    assert.deepEqual(
      summary.passedByTurn.map((rate) => rate.passed),
      [1, 1, 2],
    );
    const { share, low, high } = summary.passed;
    assert.deepEqual({ share, low, high }, wilsonInterval(2, 3));
    assert.equal(summary.headline.share, 2 / 3);
    assert.deepEqual(summary.verdicts, { passed: 2, failed: 1 });
    assert.deepEqual(summary.metrics.percentagePassedByTurn, [2 / 3, 2 / 3, 2.5 / 3]);
    assert.equal(summary.answers.turns, 7);
    assert.deepEqual(
      [summary.tokens.prompt, summary.tokens.completion, summary.tokens.reasoning],
      [700, 70, null],
    );
    assert.equal(summary.time.wallSeconds, 10);
    assert.deepEqual([summary.time.generationSeconds, summary.time.gradingSeconds], [14, 7]);
  }));

test('a pass by the visible tests alone and a pass in another format are told apart from a pass', () =>
  withRunFolder(async (_folder, store) => {
    const visible = turnOf(1, failed, { visiblePassed: true });
    const prose = turnOf(1, passed, { exactFormat: false });
    await putOutcomes(store, [
      outcomeOf(0, [sampleOf([visible])]),
      outcomeOf(1, [sampleOf([prose])], { loadBearing: true }),
      outcomeOf(2, [sampleOf([turnOf(1, passed)])], { heldOut: false, singleTest: true }),
    ]);
    const summary = await summarizeRun({ store, record: recordOf(3), items: itemsOf(3), recompose });
    assert.equal(summary.passed.passed, 2);
    assert.equal(summary.visiblePassed.passed, 3);
    assert.equal(summary.exactFormatPassed.passed, 1);
    const strata = Object.entries(summary.strata).map(([name, rate]) => [name, rate.passed, rate.of]);
    assert.deepEqual(strata, [
      ['heldOut', 1, 2],
      ['visibleOnly', 1, 1],
      ['singleTest', 1, 1],
      ['loadBearing', 1, 1],
    ]);
    assert.match(summary.notes.join('\n'), /1 of 3 scored items have no held-out tests/);
  }));

test('items graded by a server that only prints text are counted, and said', () =>
  withRunFolder(async (_folder, store) => {
    const trusted = turnOf(1, passed, { flags: ['trusted_text'] });
    await putOutcomes(store, [
      outcomeOf(0, [sampleOf([trusted])]),
      outcomeOf(1, [sampleOf([turnOf(1, passed)])]),
    ]);
    const summary = await summarizeRun({ store, record: recordOf(2), items: itemsOf(2), recompose });
    assert.match(
      summary.notes.join('\n'),
      /1 of 2 scored items were graded by a server that only prints text \(trusted_text\)/,
    );
  }));

test('unscored items are never zeros: they widen the bounds and above 1 % withhold the score', () =>
  withRunFolder(async (_folder, store) => {
    await putOutcomes(
      store,
      [0, 1, 2].map((idx) => outcomeOf(idx, [sampleOf([turnOf(1, passed)])])),
    );
    await putAttempt(store, { idx: 3, n: 1, error: 'SandboxError' });
    await putAttempt(store, { idx: 3, n: 9, error: 'SandboxError' });
    await putAttempt(store, { idx: 3, n: 10, error: 'ModelError' });
    const summary = await summarizeRun({ store, record: recordOf(5), items: itemsOf(5), recompose });
    assert.equal(summary.passed.share, 1);
    assert.equal(summary.passed.of, 3);
    assert.deepEqual(summary.bounds, { low: 0.6, high: 1 });
    assert.deepEqual([summary.items.unscored, summary.items.pending], [1, 1]);
    assert.deepEqual(summary.unscoredErrors, { ModelError: 1 });
    assert.equal(summary.headline.share, null);
    assert.equal(
      summary.headline.withheld,
      '1 unscored, 1 not run yet of 5 items (40.0 %): a score needs 99 %',
    );
  }));

test('one unscored item in a hundred leaves the score, two take it away', () =>
  withRunFolder(async (_folder, store) => {
    const outcomes = (count: number): Outcome[] =>
      Array.from({ length: count }, (_, idx) => outcomeOf(idx, [sampleOf([turnOf(1, passed)])]));
    await putOutcomes(store, outcomes(99));
    const input = { store, recompose };
    const hundred = await summarizeRun({ ...input, record: recordOf(100), items: itemsOf(100) });
    assert.equal(hundred.headline.share, 1);
    const more = await summarizeRun({ ...input, record: recordOf(101), items: itemsOf(101) });
    assert.equal(more.headline.share, null);
  }));

test('a broken outcome file is named, counts as unscored, and is not fatal for the others', () =>
  withRunFolder(async (_folder, store) => {
    await putOutcomes(store, [outcomeOf(0, [sampleOf([turnOf(1, passed)])])]);
    await store.putOnce('outcomes/row_1.json', '{"schema": 1, "item": "row_1"');
    await store.putOnce('outcomes/row_2.json', JSON.stringify({ ...outcomeOf(2, []), samples: 'none' }));
    await store.putOnce('outcomes/row_3.json', JSON.stringify(outcomeOf(0, [sampleOf([turnOf(1, passed)])])));
    await store.putOnce('outcomes/stranger.json', '{}');
    const summary = await summarizeRun({ store, record: recordOf(4), items: itemsOf(4), recompose });
    assert.deepEqual([summary.items.scored, summary.items.unscored], [1, 3]);
    assert.deepEqual(summary.items.broken, [
      { key: 'outcomes/row_1.json', fault: 'not JSON (29 bytes)' },
      summary.items.broken[1],
      { key: 'outcomes/row_3.json', fault: 'item: expected row_3, found "row_0"' },
    ]);
    assert.match(summary.items.broken[1]?.fault ?? '', /^samples: .*expected array/);
    const notes = summary.notes.join('\n');
    assert.match(notes, /Broken outcome files count as unscored: outcomes\/row_1\.json .* and 2 more/);
    assert.match(notes, /1 outcome files belong to no item/);
  }));

test('several samples give unbiased pass@k, an interval by item, and a note when they repeat', () =>
  withRunFolder(async (_folder, store) => {
    const record = recordOf(4, { policy: policyOf({ samples: 4, maxTurns: 1 }) });
    const passes = [4, 2, 0, 1];
    await putOutcomes(
      store,
      passes.map((count, idx) =>
        outcomeOf(
          idx,
          [0, 1, 2, 3].map((sample) => sampleOf([turnOf(1, sample < count ? passed : failed)], sample)),
        ),
      ),
    );
    const summary = await summarizeRun({ store, record, items: itemsOf(4), recompose });
    assert.equal(summary.passed.share, 7 / 16);
    assert.deepEqual(
      summary.passAtK.map(({ k, share }) => [k, share?.toFixed(6)]),
      [
        [1, (7 / 16).toFixed(6)],
        [2, ((1 + 5 / 6 + 0 + 1 / 2) / 4).toFixed(6)],
        [4, (3 / 4).toFixed(6)],
      ],
    );
    assert.deepEqual(summary.verdicts, { passed: 7, failed: 9 });
    assert.match(summary.notes.join('\n'), /Temperature 0: the samples .*all 4 .* in 4 of 4 items/);
  }));

test('what was paid is counted: second asks, requests possibly paid twice, cost, answers without counts', () =>
  withRunFolder(async (_folder, store) => {
    const record = recordOf(2, { prices: { inputPerMillion: 3, outputPerMillion: 15 } });
    const twice = turnOf(1, passed, { asks: 3, possiblyPaidTwice: true, reasoningTokens: 4 });
    const uncounted = turnOf(
      1,
      { kind: 'unusable_answer', reason: 'truncated' },
      {
        promptTokens: null,
        completionTokens: null,
        finishReason: 'length',
      },
    );
    await putOutcomes(store, [outcomeOf(0, [sampleOf([twice])]), outcomeOf(1, [sampleOf([uncounted])])]);
    const summary = await summarizeRun({ store, record, items: itemsOf(2), recompose });
    assert.deepEqual(summary.answers, {
      turns: 2,
      asksBeyondOne: 2,
      possiblyPaidTwice: 1,
      truncated: 1,
      replayed: 0,
    });
    assert.equal(summary.cost, (100 * 3 + 10 * 15) / 1e6);
    assert.equal(summary.tokens.reasoning, 4);
    assert.deepEqual(summary.unusableReasons, { truncated: 1 });
    assert.match(summary.notes.join('\n'), /Tokens and cost are of the 1 of 2 answers/);
  }));
