import type { Outcome, SampleOutcome, TurnOutcome } from '../../core/records.ts';
import type { RunRecord } from '../../core/run.ts';
import { originalStatus } from '../../core/verdicts.ts';
import type { Column } from '../../dataset/parquet/columns.ts';
import type { ResultStore } from '../../ports/resultStore.ts';
import { readItems, takeSnapshot } from '../readItems.ts';

/** The flat table of runs: one row per turn, and one for each item that has no outcome. Null is never a zero. */
export const turnColumns = {
  run: 'text',
  task: 'text',
  model: 'text',
  item: 'text',
  dp_id: 'text',
  idx: 'whole',
  split: 'text',
  sample: 'whole',
  turn: 'whole',
  turns: 'whole',
  is_last: 'flag',
  verdict: 'text',
  reason: 'text',
  status: 'text',
  visible_passed: 'flag',
  percentage_passed: 'number',
  chrf: 'number',
  common_prefix_ratio: 'number',
  match_method_name: 'flag',
  exact_format: 'flag',
  finish_reason: 'text',
  prompt_tokens: 'whole',
  completion_tokens: 'whole',
  reasoning_tokens: 'whole',
  generation_seconds: 'number',
  grading_seconds: 'number',
  asks: 'whole',
  possibly_paid_twice: 'flag',
  held_out_tests: 'flag',
  single_test: 'flag',
  load_bearing: 'flag',
  started_at: 'text',
  ended_at: 'text',
  error: 'text',
  code: 'text',
} as const satisfies Readonly<Record<string, Column>>;

export type TurnRow = { readonly [Name in keyof typeof turnColumns]: string | number | boolean | null };

/** The rows of one run, in the order of its items; items that were not tried yet have none. */
export async function* turnRows(input: {
  readonly store: ResultStore;
  readonly record: RunRecord;
  readonly items: readonly { readonly item: string }[];
}): AsyncGenerator<TurnRow> {
  const { store, record, items } = input;
  const snapshot = await takeSnapshot(store);
  const { name: run, task, model, policy } = record.request;
  const same = { ...emptyRow, run, task, model: model.model };
  for await (const state of readItems({ store, snapshot, items, samples: policy.samples })) {
    const named = { ...same, item: state.item };
    if (state.kind === 'scored') yield* scoredRows(named, state.outcome);
    else if (state.kind === 'unscored') {
      const { error, message, endedAt } = state.attempt;
      yield { ...named, status: 'CRUSHED', error: `${error}: ${message}`, ended_at: endedAt || null };
    } else if (state.kind === 'broken') {
      yield { ...named, status: 'CRUSHED', error: `broken_outcome_file: ${state.key}: ${state.fault}` };
    }
  }
}

const emptyRow = Object.fromEntries(Object.keys(turnColumns).map((name) => [name, null])) as TurnRow;

function scoredRows(named: TurnRow, outcome: Outcome): TurnRow[] {
  const row = {
    ...named,
    dp_id: outcome.dp_id,
    idx: outcome.idx,
    split: outcome.split,
    held_out_tests: outcome.heldOut,
    single_test: outcome.singleTest,
    load_bearing: outcome.loadBearing,
    started_at: outcome.startedAt,
    ended_at: outcome.endedAt,
  };
  return outcome.samples.flatMap((sample) => sample.turns.map((turn) => turnRow(row, sample, turn)));
}

function turnRow(row: TurnRow, { sample, turns }: SampleOutcome, turn: TurnOutcome): TurnRow {
  const { verdict, metrics } = turn;
  return {
    ...row,
    sample,
    turn: turn.turn,
    turns: turns.length,
    is_last: turn === turns.at(-1),
    verdict: verdict.kind,
    reason: verdict.kind === 'unusable_answer' ? verdict.reason : null,
    status: originalStatus(verdict),
    visible_passed: turn.visiblePassed,
    percentage_passed: metrics.percentagePassed,
    chrf: metrics.chrf,
    common_prefix_ratio: metrics.commonPrefixRatio,
    match_method_name: metrics.matchMethodName,
    exact_format: turn.exactFormat,
    finish_reason: turn.finishReason,
    prompt_tokens: turn.promptTokens,
    completion_tokens: turn.completionTokens,
    reasoning_tokens: turn.reasoningTokens,
    generation_seconds: turn.generationSeconds,
    grading_seconds: turn.gradingSeconds,
    asks: turn.asks,
    possibly_paid_twice: turn.possiblyPaidTwice,
    code: turn.code,
  };
}
