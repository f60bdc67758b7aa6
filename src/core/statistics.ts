/** A share of a whole and where it lies with 95 % confidence; all three between 0 and 1. */
export interface Interval {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** Sums over items, enough for a mean and its spread without keeping the items. */
export interface Moments {
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
}

/** The 97.5th percentile of the standard normal distribution. */
const z = 1.959963984540054;

export const noMoments: Moments = { count: 0, sum: 0, sumOfSquares: 0 };

/** Moments with one more item's value in them. */
export function addMoment(moments: Moments, value: number): Moments {
  return {
    count: moments.count + 1,
    sum: moments.sum + value,
    sumOfSquares: moments.sumOfSquares + value * value,
  };
}

/**
 * Wilson's score interval for a proportion, 95 %, without continuity correction; null for no trials.
 * Source: E. B. Wilson, JASA 22 (1927), 209–212. `trials` may be fractional (an effective sample size).
 */
export function wilsonInterval(passed: number, trials: number): Interval | null {
  if (!(trials > 0)) return null;
  const share = clamp(passed / trials);
  const spread = z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  const centre = share + (z * z) / (2 * trials);
  const scale = 1 + (z * z) / trials;
  return {
    share,
    low: share === 0 ? 0 : clamp((centre - spread) / scale),
    high: share === 1 ? 1 : clamp((centre + spread) / scale),
  };
}

/**
 * The mean over items of values between 0 and 1, with a 95 % interval in which the items, not their samples, are the
 * independent units: Wilson's interval on the effective sample size share × (1 − share) / variance of the mean, at
 * least the number of items and at most the number of samples. Source: L. Kish, Survey Sampling (1965); for Wilson
 * on it: Franco, Little, Louis and Slud, J. Survey Statistics and Methodology 7 (2019), 334–364. With one sample per
 * item it is exactly Wilson's interval; it needs no random numbers and never shrinks to a point at 0 or 1.
 */
export function meanInterval(values: Moments, samplesPerItem: number): Interval | null {
  const { count, sum, sumOfSquares } = values;
  if (count === 0) return null;
  const share = clamp(sum / count);
  const variance = Math.max(0, sumOfSquares / count - share * share);
  const designed = variance > 0 ? (count * share * (1 - share)) / variance : Infinity;
  const most = share === 0 || share === 1 ? count : count * Math.max(1, samplesPerItem);
  const trials = Math.min(Math.max(designed, count), most);
  return wilsonInterval(share * trials, trials);
}

/**
 * The chance that at least one of k samples passes, from `passed` of `samples`: 1 − C(n−c, k) / C(n, k), unbiased.
 * Source: Chen et al., Evaluating Large Language Models Trained on Code (2021), arXiv:2107.03374, figure 3.
 */
export function passAtK(input: {
  readonly samples: number;
  readonly passed: number;
  readonly k: number;
}): number {
  const { samples, passed, k } = input;
  if (k < 1 || k > samples) throw new RangeError(`Expected k between 1 and ${samples}, found ${k}.`);
  if (samples - passed < k) return 1;
  let noneOfThem = 1;
  for (let drawn = samples - passed + 1; drawn <= samples; drawn += 1) noneOfThem *= 1 - k / drawn;
  return 1 - noneOfThem;
}

/** Between which shares the score of all items lies: every unscored one failed, every unscored one passed. */
export function boundsWithUnscored(input: {
  readonly passed: number;
  readonly scored: number;
  readonly unscored: number;
}): { readonly low: number; readonly high: number } | null {
  const all = input.scored + input.unscored;
  if (all === 0) return null;
  return { low: clamp(input.passed / all), high: clamp((input.passed + input.unscored) / all) };
}

/** Rounding may leave a sum just outside; a share never is. */
function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
