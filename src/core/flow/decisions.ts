import type { Counts, FlowPolicy, GradedTurn, ItemResult, RunPlan } from './plans.ts';
import type { SuiteRequest } from '../run.ts';

/** The loop of an item: until the visible tests pass, a longer prompt is useless, or the turns are used up. */
export function mayTakeAnotherTurn(turns: readonly GradedTurn[], policy: FlowPolicy): boolean {
  const last = turns.at(-1);
  if (last?.visiblePassed || last?.mustStop) return false;
  return turns.length < policy.maxTurns;
}

export interface ShardRange {
  readonly shard: number;
  readonly from: number;
  readonly to: number;
}

/** The k-th slice of a run's items; null past the end. */
export function shardRange(plan: RunPlan, shard: number): ShardRange | null {
  const from = shard * plan.shardSize;
  if (from >= plan.itemCount) return null;
  return { shard, from, to: Math.min(from + plan.shardSize, plan.itemCount) };
}

/** Counts one more item. */
export function countItem(counts: Counts, result: ItemResult): Counts {
  const scored = result.outcome === 'scored';
  return {
    ...counts,
    finished: counts.finished + (scored ? 1 : 0),
    passed: counts.passed + (result.verdict === 'passed' ? 1 : 0),
    unscored: counts.unscored + (scored ? 0 : 1),
    turns: counts.turns + result.turns,
    tokens: counts.tokens + result.tokens,
  };
}

/** Adds up counters of several shards. */
export function addCounts(all: readonly Counts[]): Counts {
  const sum = (key: keyof Counts): number => all.reduce((total, counts) => total + counts[key], 0);
  return {
    finished: sum('finished'),
    passed: sum('passed'),
    unscored: sum('unscored'),
    inFlight: sum('inFlight'),
    turns: sum('turns'),
    tokens: sum('tokens'),
  };
}

/**
 * How the items in flight are shared: shards that have started all their items keep what they still have in
 * flight, and the one that is still feeding gets the rest, so that a tail starves nothing.
 */
export function feedingShare(items: number, drainingInFlight: number): number {
  return Math.max(1, items - drainingInFlight);
}

/**
 * Items that are open for so many requests at a time: more, so that while some are graded, recorded and followed by the
 * next, others are there to be asked. Where few are allowed, often all are answered at once: as many again wait then.
 * How many requests are in flight, the endpoint's queue and gate decide.
 */
export function openItemsFor(requests: number): number {
  return requests + Math.max(Math.min(requests, 64), Math.ceil(requests / 4));
}

/** No host of ours runs candidates for it: sandbox servers do, or nobody. */
export function isGradedElsewhere({ runs }: SuiteRequest): boolean {
  return runs.every(({ grading }) => grading.provider === 'restapi' || grading.provider === 'none');
}
