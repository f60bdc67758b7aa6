import type { Outcome, SampleOutcome } from '../core/records.ts';
import { addMoment, noMoments, passAtK } from '../core/statistics.ts';
import type { Moments } from '../core/statistics.ts';
import { addTurnSums, emptyTurnSums } from './turnSums.ts';
import type { TurnSums } from './turnSums.ts';
import type { ItemState } from './readItems.ts';

/** Running figures of a run: one value per question, none per item. */
export interface Tally {
  readonly maxTurns: number;
  readonly samples: number;
  readonly rates: Map<string, Moments>;
  readonly verdicts: Map<string, number>;
  readonly unusableReasons: Map<string, number>;
  readonly unscoredErrors: Map<string, number>;
  readonly broken: { readonly key: string; readonly fault: string }[];
  readonly turns: TurnSums;
  scored: number;
  unscored: number;
  pending: number;
  /** Scored items without held-out tests. */
  visibleOnly: number;
  /** Scored items of which a test report rests on a server's text. */
  trustedText: number;
  /** Scored items of which a faster lane's report was overruled by the strict lane's. */
  lanesDisagree: number;
  /** Items whose samples all began with the same code. */
  repeated: number;
  /** Outcome files of no item; set at the end. */
  strays: number;
}

/** The k of pass@k that are worth printing for a number of samples. */
export function passAtKSteps(samples: number): number[] {
  if (samples < 2) return [];
  return [...new Set([1, 2, 5, 10, 20, 50, 100, samples])].filter((k) => k <= samples).sort((a, b) => a - b);
}

/** A tally of nothing. */
export function emptyTally(maxTurns: number, samples: number): Tally {
  return {
    maxTurns,
    samples,
    rates: new Map(),
    verdicts: new Map(),
    unusableReasons: new Map(),
    unscoredErrors: new Map(),
    broken: [],
    turns: emptyTurnSums(maxTurns),
    scored: 0,
    unscored: 0,
    pending: 0,
    visibleOnly: 0,
    trustedText: 0,
    lanesDisagree: 0,
    repeated: 0,
    strays: 0,
  };
}

/** Adds one item's record to the figures. */
export function addToTally(tally: Tally, state: ItemState): void {
  switch (state.kind) {
    case 'scored':
      return addOutcome(tally, state.outcome);
    case 'unscored':
      tally.unscored += 1;
      return increase(tally.unscoredErrors, state.attempt.error);
    case 'broken':
      tally.unscored += 1;
      tally.broken.push({ key: state.key, fault: state.fault });
      return increase(tally.unscoredErrors, 'broken_outcome_file');
    case 'pending':
      tally.pending += 1;
  }
}

function addOutcome(tally: Tally, outcome: Outcome): void {
  tally.scored += 1;
  if (!outcome.heldOut) tally.visibleOnly += 1;
  if (hasFlag(outcome, 'trusted_text')) tally.trustedText += 1;
  if (hasFlag(outcome, 'lanes_disagree')) tally.lanesDisagree += 1;
  if (answersRepeat(outcome)) tally.repeated += 1;
  addRates(tally, outcome);
  for (const sample of outcome.samples) addVerdict(tally, sample);
  addTurnSums(tally.turns, outcome);
}

function addRates(tally: Tally, outcome: Outcome): void {
  const { samples } = outcome;
  const share = (holds: (sample: SampleOutcome) => boolean): number =>
    samples.filter(holds).length / samples.length;
  const add = (question: string, value: number): void => {
    tally.rates.set(question, addMoment(tally.rates.get(question) ?? noMoments, value));
  };
  const passed = share(hasPassed);
  add('passed', passed);
  add(
    'visiblePassed',
    share((sample) => sample.turns.at(-1)?.visiblePassed === true),
  );
  add(
    'exactFormatPassed',
    share((sample) => hasPassed(sample) && sample.turns.at(-1)?.exactFormat === true),
  );
  add(outcome.heldOut ? 'heldOut' : 'visibleOnly', passed);
  if (outcome.singleTest) add('singleTest', passed);
  if (outcome.loadBearing) add('loadBearing', passed);
  for (let turn = 1; turn <= tally.maxTurns; turn += 1) {
    add(
      `turn ${turn}`,
      share((sample) => hasPassed(sample) && (sample.turns.at(-1)?.turn ?? 0) <= turn),
    );
  }
  const passing = samples.filter(hasPassed).length;
  for (const k of passAtKSteps(tally.samples)) {
    add(`pass@${k}`, passAtK({ samples: samples.length, passed: passing, k }));
  }
}

function addVerdict(tally: Tally, sample: SampleOutcome): void {
  const verdict = sample.turns.at(-1)?.verdict;
  if (verdict === undefined) return;
  increase(tally.verdicts, verdict.kind);
  if (verdict.kind === 'unusable_answer') increase(tally.unusableReasons, verdict.reason);
}

function hasPassed(sample: SampleOutcome): boolean {
  return sample.turns.at(-1)?.verdict.kind === 'passed';
}

function hasFlag({ samples }: Outcome, flag: string): boolean {
  return samples.some(({ turns }) => turns.some(({ flags }) => flags?.includes(flag) === true));
}

/** Several samples, and all of them gave the same code in their first turn. */
function answersRepeat({ samples }: Outcome): boolean {
  const first = samples[0]?.turns[0]?.code;
  return samples.length > 1 && samples.every((sample) => sample.turns[0]?.code === first);
}

function increase(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
