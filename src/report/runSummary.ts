import { z } from 'zod';

const count = z.number().int().nonnegative();
const counts = z.record(z.string(), count);

/** How many of how many passed; `passed` is a sum of shares when an item has several samples. */
const rateSchema = z.object({
  passed: z.number().nonnegative(),
  of: count,
  /** All three between 0 and 1; null when there is nothing to divide by. */
  share: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});

/** `summary.json`: all figures of one run. A derived file; the outcomes are the truth. */
export const runSummarySchema = z.object({
  schema: z.literal(1),
  /** Digest of the names of the outcome and attempt files it was made from; these are written once. */
  assembledFrom: z.string(),
  run: z.string(),
  task: z.string(),
  model: z.string(),
  repository: z.string(),
  samples: count,
  maxTurns: count,
  /** Names of the control arms that were on. */
  arms: z.array(z.string()),
  /** The score, or why there is none: more than 1 % of the items have no outcome. */
  headline: z.object({ share: z.number().nullable(), withheld: z.string().nullable() }),
  items: z.object({
    planned: count,
    scored: count,
    /** Tried and ended by an error of ours, or its outcome file is broken. */
    unscored: count,
    /** Not tried yet. */
    pending: count,
    leftOut: counts,
    /** Key and fault of each broken outcome file; the first twenty. */
    broken: z.array(z.object({ key: z.string(), fault: z.string() })),
  }),
  /** What ended the last attempts of unscored items, by the error's name. */
  unscoredErrors: counts,
  /** The score if every item without an outcome had failed, and if every one had passed. */
  bounds: z.object({ low: z.number(), high: z.number() }).nullable(),
  passed: rateSchema,
  /** Cumulative: passed at this turn or before. */
  passedByTurn: z.array(rateSchema),
  passAtK: z.array(rateSchema.extend({ k: count })),
  /** Every visible test passes, whatever the held-out ones say. */
  visiblePassed: rateSchema,
  /** Passed, and the answer was exactly one fenced block with just the method. */
  exactFormatPassed: rateSchema,
  strata: z.object({
    heldOut: rateSchema,
    visibleOnly: rateSchema,
    singleTest: rateSchema,
    loadBearing: rateSchema,
  }),
  /** Of each sample's last turn. */
  verdicts: counts,
  unusableReasons: counts,
  metrics: z.object({
    /** Mean share of visible tests as expected by turn; a sample that stopped earlier counts with its last turn. */
    percentagePassedByTurn: z.array(z.number()),
    /** Means over the samples' last turns. */
    chrf: z.number().nullable(),
    commonPrefixRatio: z.number().nullable(),
    matchMethodName: z.number().nullable(),
  }),
  tokens: z.object({
    prompt: z.number().nullable(),
    completion: z.number().nullable(),
    reasoning: z.number().nullable(),
    answersWithoutCounts: count,
  }),
  answers: z.object({
    turns: count,
    asksBeyondOne: count,
    possiblyPaidTwice: count,
    truncated: count,
    /** Taken from another run; the others were asked anew. */
    replayed: count.default(0),
  }),
  time: z.object({
    startedAt: z.string().nullable(),
    endedAt: z.string().nullable(),
    /** From the first item's start to the last one's end, pauses included. */
    wallSeconds: z.number(),
    generationSeconds: z.number(),
    gradingSeconds: z.number(),
  }),
  /** In the currency of the prices; an estimate from the token counts. */
  cost: z.number().nullable(),
  /** One sentence each; printed under the table. */
  notes: z.array(z.string()),
  environment: z.object({ name: z.string(), digest: z.string() }),
  versions: z.record(z.string(), z.string()),
  lockDigest: z.string(),
});

export type RunSummary = z.infer<typeof runSummarySchema>;
export type Rate = z.infer<typeof rateSchema>;
