import { digestOf } from '../core/digest.ts';
import type { Prices, RunRecord, TaskPolicy } from '../core/run.ts';
import { boundsWithUnscored, meanInterval, noMoments } from '../core/statistics.ts';
import { summaryNotes } from './notes.ts';
import type { Rate, RunSummary } from './runSummary.ts';
import { passAtKSteps } from './tally.ts';
import type { Tally } from './tally.ts';
import { meanOf, totalOf } from './turnSums.ts';
import type { TurnSums } from './turnSums.ts';

/** No score is printed when more than this share of the items has no outcome. */
const mostWithoutOutcome = 0.01;

/** The figures of a run from its tally. */
export function buildSummary(input: {
  readonly record: RunRecord;
  readonly tally: Tally;
  readonly assembledFrom: string;
}): RunSummary {
  const { record, tally } = input;
  const { request } = record;
  const planned = tally.scored + tally.unscored + tally.pending;
  const withoutOutcome = tally.unscored + tally.pending;
  const passed = rateOf(tally, 'passed');
  return {
    schema: 1,
    assembledFrom: input.assembledFrom,
    ...identityOf(record),
    headline: headlineOf(passed, tally, planned),
    items: {
      planned,
      scored: tally.scored,
      unscored: tally.unscored,
      pending: tally.pending,
      leftOut: { ...record.leftOut },
      broken: tally.broken.slice(0, 20),
    },
    unscoredErrors: Object.fromEntries(tally.unscoredErrors),
    bounds: boundsWithUnscored({ passed: passed.passed, scored: tally.scored, unscored: withoutOutcome }),
    passed,
    ...ratesOf(tally),
    verdicts: Object.fromEntries(tally.verdicts),
    unusableReasons: Object.fromEntries(tally.unusableReasons),
    ...sumsOf(tally.turns, request.prices),
    notes: summaryNotes(record, tally),
  };
}

function identityOf(
  record: RunRecord,
): Pick<
  RunSummary,
  | 'run'
  | 'task'
  | 'model'
  | 'repository'
  | 'samples'
  | 'maxTurns'
  | 'arms'
  | 'environment'
  | 'versions'
  | 'lockDigest'
> {
  const { name, task, model, smoke, repository, policy } = record.request;
  return {
    run: name,
    task,
    model: smoke === true ? `${model.model} (smoke)` : model.model,
    repository,
    samples: policy.samples,
    maxTurns: policy.maxTurns,
    arms: armsOf(policy),
    environment: { ...record.environment },
    versions: { ...record.versions },
    lockDigest: `sha256:${digestOf(record.lock)}`,
  };
}

/** By the config's names. */
function armsOf(policy: TaskPolicy): string[] {
  const arms: readonly (readonly [string, boolean])[] = [
    ['no_feedback', policy.noFeedback],
    ['no_multiturn', policy.noMultiturn],
    ['no_history', policy.noHistory],
    ['repair_sampling', policy.repairSampling],
    ['gen_target: class', policy.genTarget === 'class'],
    ['derived_descriptions', policy.derivedDescriptions === true],
    ['prompt_form: prefix_suffix', policy.completionForm === 'prefix_suffix'],
    [`cut: ${policy.cutPercent}`, policy.cutPercent !== undefined],
  ];
  return arms.filter(([, on]) => on).map(([name]) => name);
}

function headlineOf(passed: Rate, tally: Tally, planned: number): RunSummary['headline'] {
  const withoutOutcome = tally.unscored + tally.pending;
  if (planned === 0) return { share: null, withheld: 'the run has no items' };
  if (withoutOutcome <= mostWithoutOutcome * planned) return { share: passed.share, withheld: null };
  const parts = [
    tally.unscored > 0 ? `${tally.unscored} unscored` : '',
    tally.pending > 0 ? `${tally.pending} not run yet` : '',
  ];
  const which = parts.filter((part) => part !== '').join(', ');
  const percent = ((100 * withoutOutcome) / planned).toFixed(1);
  return { share: null, withheld: `${which} of ${planned} items (${percent} %): a score needs 99 %` };
}

function ratesOf(
  tally: Tally,
): Pick<RunSummary, 'passedByTurn' | 'passAtK' | 'visiblePassed' | 'exactFormatPassed' | 'strata'> {
  const turns = Array.from({ length: tally.maxTurns }, (_, index) => `turn ${index + 1}`);
  return {
    passedByTurn: turns.map((turn) => rateOf(tally, turn)),
    passAtK: passAtKSteps(tally.samples).map((k) => ({ k, ...rateOf(tally, `pass@${k}`) })),
    visiblePassed: rateOf(tally, 'visiblePassed'),
    exactFormatPassed: rateOf(tally, 'exactFormatPassed'),
    strata: {
      heldOut: rateOf(tally, 'heldOut'),
      visibleOnly: rateOf(tally, 'visibleOnly'),
      singleTest: rateOf(tally, 'singleTest'),
      loadBearing: rateOf(tally, 'loadBearing'),
    },
  };
}

function rateOf(tally: Tally, question: string): Rate {
  const moments = tally.rates.get(question) ?? noMoments;
  const interval = meanInterval(moments, tally.samples);
  return {
    passed: moments.sum,
    of: moments.count,
    share: interval?.share ?? null,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
  };
}

function sumsOf(
  sums: TurnSums,
  prices: Prices | null,
): Pick<RunSummary, 'metrics' | 'tokens' | 'answers' | 'time' | 'cost'> {
  const { startedAt, endedAt } = sums;
  const prompt = totalOf(sums.promptTokens);
  const completion = totalOf(sums.completionTokens);
  return {
    metrics: {
      percentagePassedByTurn: sums.percentagePassedByTurn.map((sum) => meanOf(sum) ?? 0),
      chrf: meanOf(sums.chrf),
      commonPrefixRatio: meanOf(sums.commonPrefixRatio),
      matchMethodName: meanOf(sums.matchMethodName),
    },
    tokens: {
      prompt,
      completion,
      reasoning: totalOf(sums.reasoningTokens),
      answersWithoutCounts: sums.answersWithoutCounts,
    },
    answers: {
      turns: sums.turns,
      asksBeyondOne: sums.asksBeyondOne,
      possiblyPaidTwice: sums.possiblyPaidTwice,
      truncated: sums.truncated,
    },
    time: {
      startedAt,
      endedAt,
      wallSeconds: startedAt && endedAt ? (Date.parse(endedAt) - Date.parse(startedAt)) / 1000 : 0,
      generationSeconds: sums.generationSeconds,
      gradingSeconds: sums.gradingSeconds,
    },
    cost:
      prices === null || (prompt === null && completion === null) ? null : costOf(prices, prompt, completion),
  };
}

function costOf(prices: Prices, prompt: number | null, completion: number | null): number {
  return ((prompt ?? 0) * prices.inputPerMillion + (completion ?? 0) * prices.outputPerMillion) / 1e6;
}
