import type { Outcome, SampleOutcome, TurnOutcome } from '../core/records.ts';

/** A sum of values some of which may be unknown. */
export interface Sum {
  total: number;
  count: number;
}

/** Sums over turns and samples: metrics, tokens, time. */
export interface TurnSums {
  readonly percentagePassedByTurn: Sum[];
  readonly chrf: Sum;
  readonly commonPrefixRatio: Sum;
  readonly matchMethodName: Sum;
  readonly promptTokens: Sum;
  readonly completionTokens: Sum;
  readonly reasoningTokens: Sum;
  turns: number;
  answersWithoutCounts: number;
  asksBeyondOne: number;
  possiblyPaidTwice: number;
  truncated: number;
  replayed: number;
  reasoningEstimated: number;
  generationSeconds: number;
  gradingSeconds: number;
  startedAt: string | null;
  endedAt: string | null;
}

/** Sums of nothing. */
export function emptyTurnSums(maxTurns: number): TurnSums {
  return {
    percentagePassedByTurn: Array.from({ length: maxTurns }, newSum),
    chrf: newSum(),
    commonPrefixRatio: newSum(),
    matchMethodName: newSum(),
    promptTokens: newSum(),
    completionTokens: newSum(),
    reasoningTokens: newSum(),
    turns: 0,
    answersWithoutCounts: 0,
    asksBeyondOne: 0,
    possiblyPaidTwice: 0,
    truncated: 0,
    replayed: 0,
    reasoningEstimated: 0,
    generationSeconds: 0,
    gradingSeconds: 0,
    startedAt: null,
    endedAt: null,
  };
}

/** Adds all turns of an item. */
export function addTurnSums(sums: TurnSums, outcome: Outcome): void {
  sums.startedAt = earlier(sums.startedAt, outcome.startedAt);
  sums.endedAt = later(sums.endedAt, outcome.endedAt);
  for (const sample of outcome.samples) {
    addMetrics(sums, sample);
    for (const turn of sample.turns) addTurn(sums, turn);
  }
}

/** The mean, or null of nothing. */
export function meanOf(sum: Sum): number | null {
  return sum.count === 0 ? null : sum.total / sum.count;
}

/** The total, or null when nothing was known. */
export function totalOf(sum: Sum): number | null {
  return sum.count === 0 ? null : sum.total;
}

function addMetrics(sums: TurnSums, { turns }: SampleOutcome): void {
  const last = turns.at(-1);
  if (last === undefined) return;
  sums.percentagePassedByTurn.forEach((sum, index) =>
    add(sum, (turns[index] ?? last).metrics.percentagePassed),
  );
  add(sums.chrf, last.metrics.chrf);
  add(sums.commonPrefixRatio, last.metrics.commonPrefixRatio);
  const { matchMethodName } = last.metrics;
  if (matchMethodName !== null) add(sums.matchMethodName, matchMethodName ? 1 : 0);
}

function addTurn(sums: TurnSums, turn: TurnOutcome): void {
  sums.turns += 1;
  sums.asksBeyondOne += Math.max(0, turn.asks - 1);
  sums.possiblyPaidTwice += turn.possiblyPaidTwice ? 1 : 0;
  sums.truncated += turn.finishReason === 'length' ? 1 : 0;
  sums.replayed += turn.replayed === true ? 1 : 0;
  sums.reasoningEstimated += turn.reasoningEstimated === true ? 1 : 0;
  sums.generationSeconds += turn.generationSeconds;
  sums.gradingSeconds += turn.gradingSeconds;
  if (turn.promptTokens === null || turn.completionTokens === null) sums.answersWithoutCounts += 1;
  addKnown(sums.promptTokens, turn.promptTokens);
  addKnown(sums.completionTokens, turn.completionTokens);
  addKnown(sums.reasoningTokens, turn.reasoningTokens);
}

function newSum(): Sum {
  return { total: 0, count: 0 };
}

function add(sum: Sum, value: number): void {
  sum.total += value;
  sum.count += 1;
}

function addKnown(sum: Sum, value: number | null): void {
  if (value !== null) add(sum, value);
}

function earlier(one: string | null, other: string): string {
  return one === null || Date.parse(other) < Date.parse(one) ? other : one;
}

function later(one: string | null, other: string): string {
  return one === null || Date.parse(other) > Date.parse(one) ? other : one;
}
