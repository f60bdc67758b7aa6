import { z } from 'zod';
import type { Attempt, Outcome, SampleOutcome, TurnOutcome } from '../../core/records.ts';
import type { Row, TaskName } from '../../core/row.ts';
import { itemId } from '../../core/rowHelpers.ts';
import { unusableReasons, type Verdict } from '../../core/verdicts.ts';

const numberOrNull = z.number().nullish();
const texts = z.array(z.string().nullable()).default([]);

const testResultSchema = z.looseObject({
  status: z.enum(['OK', 'FAILED', 'NOT_RUN', 'CRUSHED']),
  percentage_passed: numberOrNull,
  chrf: numberOrNull,
  common_prefix_ratio: numberOrNull,
  match_method_name: z.union([z.boolean(), z.number()]).nullish(),
  verdict: z.string().nullish(),
  reason: z.string().nullish(),
  error: z.unknown().optional(),
  message: z.unknown().optional(),
});

/** A line of the original's `results.jsonl`, as far as it is read. */
export const originalResultSchema = z.looseObject({
  dp_item: z.looseObject({ dp_id: z.string() }),
  responses_raw: texts,
  generate_codes: texts,
  test_results: z.array(testResultSchema.nullable()).default([]),
  turn: z.number().optional(),
  max_turns: z.number().int().positive().nullish(),
  timestamp_start: z.union([z.string(), z.number()]).nullish(),
  timestamp_end: z.union([z.string(), z.number()]).nullish(),
  sample: z.number().int().nonnegative().nullish(),
});

export type OriginalResult = z.infer<typeof originalResultSchema>;
type TestResult = z.infer<typeof testResultSchema>;

/** What becomes of an item's lines: an outcome with its answers, or an attempt where a sample was crushed. */
export type ImportedItem =
  | {
      readonly kind: 'outcome';
      readonly outcome: Outcome;
      readonly answers: ReadonlyMap<string, string>;
    }
  | { readonly kind: 'attempt'; readonly attempt: Attempt };

/** The records of one item from its lines, one for each sample. */
export function importItem(input: {
  readonly run: string;
  readonly task: TaskName;
  readonly row: Row;
  readonly lines: readonly OriginalResult[];
}): ImportedItem {
  const { run, task, row, lines } = input;
  const item = itemId(row);
  const endedAt = instant(lines.at(-1)?.timestamp_end);
  const crushed = lines.find(isCrushed);
  if (crushed !== undefined) {
    const error = crushed.test_results.at(-1)?.error;
    const name = typeof error === 'string' ? error : 'CRUSHED';
    const message = 'No result of the sandbox in the imported file.';
    return { kind: 'attempt', attempt: { schema: 1, item, error: name, message, endedAt } };
  }
  const answers = new Map<string, string>();
  const samples = lines.map((line, sample) => sampleOf({ item, task, line, sample }, answers));
  const outcome: Outcome = {
    schema: 1,
    run,
    task,
    item,
    dp_id: row.dp_id,
    idx: row.idx,
    split: row.split,
    heldOut: false,
    singleTest: false,
    loadBearing: false,
    samples,
    startedAt: instant(lines[0]?.timestamp_start),
    endedAt,
  };
  return { kind: 'outcome', outcome, answers };
}

function isCrushed({ test_results: results }: OriginalResult): boolean {
  const last = results.at(-1);
  return last == null || last.status === 'CRUSHED';
}

interface OneSample {
  readonly item: string;
  readonly task: TaskName;
  readonly line: OriginalResult;
  readonly sample: number;
}

/** Turns that the sandbox lost in between stay out; the last one counts. */
function sampleOf({ item, task, line, sample }: OneSample, answers: Map<string, string>): SampleOutcome {
  const turns = line.test_results.flatMap((result, index): TurnOutcome[] => {
    if (result === null || result.status === 'CRUSHED') return [];
    const answer = line.responses_raw[index] ?? null;
    const answerKey = answer === null ? null : `turns/${item}/${sample}/${index + 1}-imported-0.json`;
    if (answer !== null && answerKey !== null) answers.set(answerKey, answer);
    const code = line.generate_codes[index] ?? null;
    return [{ ...emptyTurn, turn: index + 1, ...judged(result, task), code, answerKey }];
  });
  const passed = turns.at(-1)?.visiblePassed === true;
  return { sample, seed: 0, turns, stopReason: passed ? 'visible_tests_passed' : 'max_turns' };
}

const emptyTurn = {
  exactFormat: false,
  feedback: null,
  reportKeys: [],
  finishReason: null,
  promptTokens: null,
  completionTokens: null,
  reasoningTokens: null,
  fingerprint: null,
  generationSeconds: 0,
  gradingSeconds: 0,
  possiblyPaidTwice: false,
  asks: 1,
} as const;

function judged(
  result: TestResult,
  task: TaskName,
): Pick<TurnOutcome, 'verdict' | 'visiblePassed' | 'metrics'> {
  const matches = result.match_method_name;
  return {
    verdict: verdictOf(result, task),
    visiblePassed: result.status === 'OK',
    metrics: {
      percentagePassed: Math.min(1, Math.max(0, result.percentage_passed ?? 0)),
      chrf: result.chrf ?? 0,
      commonPrefixRatio: result.common_prefix_ratio ?? 0,
      matchMethodName: matches == null ? null : Boolean(matches),
    },
  };
}

/** Our own lines say more than the four statuses; of the original's NOT_RUN only a repair of another method can be told apart. */
function verdictOf(
  { status, verdict, reason, match_method_name: matches }: TestResult,
  task: TaskName,
): Verdict {
  if (status === 'OK') return { kind: 'passed' };
  if (status === 'NOT_RUN') {
    if (verdict === 'wrong_target') return { kind: 'wrong_target' };
    const known = unusableReasons.find((name) => name === reason);
    if (known !== undefined) return { kind: 'unusable_answer', reason: known };
    const isElsewhere = task === 'program_repair' && matches != null && !matches;
    return isElsewhere ? { kind: 'wrong_target' } : { kind: 'unusable_answer', reason: 'no_code' };
  }
  const kinds = ['timed_out', 'out_of_memory', 'crashed', 'syntax_error', 'suspected_forgery'] as const;
  return { kind: kinds.find((kind) => kind === verdict) ?? 'failed' };
}

/** Seconds since 1970, an ISO time, or another form that Date reads; the first moment of all where there is none. */
function instant(time: string | number | null | undefined): string {
  const date = typeof time === 'number' ? new Date(time * 1000) : new Date(time ?? 0);
  return (Number.isNaN(date.getTime()) ? new Date(0) : date).toISOString();
}
