import { wilsonInterval } from './statistics.ts';

/** The same items under two runs, one sample each. */
export interface PairedCounts {
  readonly both: number;
  readonly firstOnly: number;
  readonly secondOnly: number;
  readonly neither: number;
}

export interface PairedDifference {
  readonly items: number;
  /** Second minus first, −1…1, with its 95 % interval. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** Exact McNemar p, two-sided. */
  readonly p: number;
  /** The smallest difference that p < 0.05 could show with this many items and this much disagreement. */
  readonly smallestShown: number;
}

/** Compares two runs on the items they share; null when they share none. */
export function comparePaired(counts: PairedCounts): PairedDifference | null {
  const { both, firstOnly, secondOnly, neither } = counts;
  const items = both + firstOnly + secondOnly + neither;
  if (items === 0) return null;
  const p = mcnemarExact(firstOnly, secondOnly);
  return {
    items,
    ...newcombeInterval(counts),
    p,
    smallestShown: smallestShown(items, firstOnly + secondOnly),
  };
}

/**
 * Exact McNemar test: a two-sided binomial test of the discordant pairs against one half.
 * Source: Q. McNemar, Psychometrika 12 (1947), 153–157, in its exact form. 1 when there is no discordant pair.
 */
export function mcnemarExact(firstOnly: number, secondOnly: number): number {
  const discordant = firstOnly + secondOnly;
  const least = Math.min(firstOnly, secondOnly);
  let tail = 0;
  for (let k = 0; k <= least; k += 1) tail += Math.exp(logChoose(discordant, k) - discordant * Math.LN2);
  return Math.min(1, 2 * tail);
}

/**
 * Interval for a difference of paired proportions from Wilson's intervals of the two, 95 %.
 * Source: R. G. Newcombe, Statistics in Medicine 17 (1998), 2635–2650, method 10.
 */
function newcombeInterval(counts: PairedCounts): Pick<PairedDifference, 'difference' | 'low' | 'high'> {
  const { both, firstOnly, secondOnly, neither } = counts;
  const n = both + firstOnly + secondOnly + neither;
  const first = wilsonInterval(both + firstOnly, n);
  const second = wilsonInterval(both + secondOnly, n);
  if (first === null || second === null) throw new RangeError('Expected at least one pair.');
  const difference = (secondOnly - firstOnly) / n;
  const phi = correlation(counts);
  const spread = (a: number, b: number): number => Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  const low = difference - spread(second.share - second.low, first.high - first.share);
  const high = difference + spread(second.high - second.share, first.share - first.low);
  return { difference, low: Math.max(-1, low), high: Math.min(1, high) };
}

/** Newcombe's φ, with his continuity correction where the two agree more than by chance. */
function correlation({ both, firstOnly, secondOnly, neither }: PairedCounts): number {
  const n = both + firstOnly + secondOnly + neither;
  const product = (both + firstOnly) * (secondOnly + neither) * (both + secondOnly) * (firstOnly + neither);
  if (product === 0) return 0;
  const agreement = both * neither - firstOnly * secondOnly;
  const corrected = agreement > 0 ? Math.max(0, agreement - n / 2) : agreement;
  return corrected / Math.sqrt(product);
}

/** With fewer than six discordant pairs no split of them is significant: then six, all one way, would be needed. */
function smallestShown(items: number, discordant: number): number {
  const pairs = Math.max(discordant, 6);
  let less = Math.floor(pairs / 2);
  while (less > 0 && mcnemarExact(less, pairs - less) >= 0.05) less -= 1;
  return Math.min(1, (pairs - 2 * less) / items);
}

function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i += 1) sum += Math.log((n - k + i) / i);
  return sum;
}
