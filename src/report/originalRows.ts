import type { Message } from '../core/answer.ts';
import type { Attempt, Outcome, SampleOutcome, TurnOutcome } from '../core/records.ts';
import type { Row } from '../core/row.ts';
import { originalStatus } from '../core/verdicts.ts';
import type { RecomposedSample } from './recompose.ts';

/** A row of `results.jsonl`: the published suite's columns in their order, and `sample` when there are several. */
export interface ResultRow {
  readonly dp_item: unknown;
  readonly messages: readonly Message[];
  readonly responses_raw: readonly (string | null)[];
  readonly test_results: readonly object[];
  readonly test_status: string;
  readonly percentage_passed: readonly (number | null)[];
  readonly generate_codes: readonly (string | null)[];
  readonly edited_file: readonly (string | null)[];
  readonly turn: number;
  readonly max_turns: number;
  readonly should_continue: boolean;
  readonly stop_reason: string;
  readonly timestamp_start: string | null;
  readonly timestamp_end: string | null;
  readonly duration: number | null;
  readonly tests_duration: number;
  readonly sample?: number | null;
}

interface Shape {
  readonly maxTurns: number;
  readonly samples: number;
  readonly embedRows: boolean;
}

/** The row of one scored sample. */
export function scoredRow(input: {
  readonly row: Row;
  readonly outcome: Outcome;
  readonly sample: SampleOutcome;
  readonly recomposed: RecomposedSample;
  readonly shape: Shape;
}): ResultRow {
  const { row, outcome, sample, recomposed, shape } = input;
  const { turns } = sample;
  return {
    dp_item: shape.embedRows ? row : idsOf(row),
    messages: recomposed.messages,
    responses_raw: recomposed.answers,
    test_results: turns.map(testResult),
    test_status: lastStatus(sample),
    percentage_passed: turns.map((turn) => turn.metrics.percentagePassed),
    generate_codes: turns.map((turn) => turn.code),
    edited_file: recomposed.editedFiles,
    turn: turns.length,
    max_turns: shape.maxTurns,
    should_continue: false,
    stop_reason: sample.stopReason,
    timestamp_start: outcome.startedAt,
    timestamp_end: outcome.endedAt,
    duration: secondsBetween(outcome),
    tests_duration: turns.reduce((total, turn) => total + turn.gradingSeconds, 0),
    ...(shape.samples > 1 ? { sample: sample.sample } : {}),
  };
}

/** The row of an item that an error of ours left without an outcome: CRUSHED, and no figure that could be taken for a zero. */
export function crushedRow(input: {
  readonly row: Row;
  readonly attempt: Pick<Attempt, 'error' | 'message' | 'endedAt'>;
  readonly prompt: readonly Message[];
  readonly shape: Shape;
}): ResultRow {
  const { row, attempt, prompt, shape } = input;
  return {
    dp_item: shape.embedRows ? row : idsOf(row),
    messages: prompt,
    responses_raw: [],
    test_results: [{ status: 'CRUSHED', error: attempt.error, message: attempt.message }],
    test_status: 'CRUSHED',
    percentage_passed: [null],
    generate_codes: [],
    edited_file: [],
    turn: 0,
    max_turns: shape.maxTurns,
    should_continue: true,
    stop_reason: 'crushed',
    timestamp_start: null,
    timestamp_end: attempt.endedAt || null,
    duration: null,
    tests_duration: 0,
    ...(shape.samples > 1 ? { sample: null } : {}),
  };
}

/** A row of `results_short.jsonl` for one scored sample. */
export function shortRow(input: {
  readonly row: Row;
  readonly outcome: Outcome;
  readonly sample: SampleOutcome;
  readonly shape: Shape;
}): object {
  const { row, outcome, sample, shape } = input;
  const last = sample.turns.at(-1);
  return {
    split: row.split,
    idx: row.idx,
    dp_id: row.dp_id,
    turn: sample.turns.length,
    stop_reason: sample.stopReason,
    percentage_passed: last?.metrics.percentagePassed ?? null,
    num_lines: linesOf(row),
    timestamp: outcome.endedAt,
    test_status: lastStatus(sample),
    duration: secondsBetween(outcome),
    chrf: last?.metrics.chrf ?? null,
    common_prefix_ratio: last?.metrics.commonPrefixRatio ?? null,
    match_method_name: last?.metrics.matchMethodName ?? null,
    ...(shape.samples > 1 ? { sample: sample.sample } : {}),
  };
}

/** A row of `results_short.jsonl` for an item without an outcome. */
export function crushedShortRow(row: Row, attempt: Pick<Attempt, 'endedAt'>, shape: Shape): object {
  return {
    split: row.split,
    idx: row.idx,
    dp_id: row.dp_id,
    turn: 0,
    stop_reason: 'crushed',
    percentage_passed: null,
    num_lines: linesOf(row),
    timestamp: attempt.endedAt || null,
    test_status: 'CRUSHED',
    duration: null,
    chrf: null,
    common_prefix_ratio: null,
    match_method_name: null,
    ...(shape.samples > 1 ? { sample: null } : {}),
  };
}

/** What names a row without repeating its files. */
function idsOf(row: Row): object {
  const { split, idx, dp_id, file_path, class_name } = row;
  return { split, idx, dp_id, file_path, class_name, method: { name: row.method.name } };
}

function testResult(turn: TurnOutcome): object {
  const { verdict, metrics } = turn;
  return {
    status: originalStatus(verdict),
    percentage_passed: metrics.percentagePassed,
    chrf: metrics.chrf,
    common_prefix_ratio: metrics.commonPrefixRatio,
    match_method_name: metrics.matchMethodName,
    verdict: verdict.kind,
    reason: verdict.kind === 'unusable_answer' ? verdict.reason : null,
    visible_passed: turn.visiblePassed,
    exact_format: turn.exactFormat,
    tests_duration: turn.gradingSeconds,
  };
}

function lastStatus(sample: SampleOutcome): string {
  const last = sample.turns.at(-1);
  return last === undefined ? 'CRUSHED' : originalStatus(last.verdict);
}

/** Lines of the repository's own method. */
function linesOf(row: Row): number {
  return `${row.method.declaration}\n${row.method.body}`.trimEnd().split('\n').length;
}

function secondsBetween(outcome: Outcome): number {
  return (Date.parse(outcome.endedAt) - Date.parse(outcome.startedAt)) / 1000;
}
