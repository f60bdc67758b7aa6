import { z } from 'zod';
import type { AnswerRecord, Attempt, Outcome, SampleOutcome, TurnOutcome } from '../core/records.ts';
import { taskNames } from '../core/row.ts';
import { unusableReasons } from '../core/verdicts.ts';
import type { Verdict } from '../core/verdicts.ts';

const count = z.number().int().nonnegative();
const tokens = count.nullable();
const seconds = z.number().nonnegative();
const instant = z.iso.datetime({ offset: true });

const verdictSchema: z.ZodType<Verdict> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('unusable_answer'), reason: z.enum(unusableReasons) }),
  z.object({ kind: z.literal('passed') }),
  z.object({ kind: z.literal('failed') }),
  z.object({ kind: z.literal('timed_out') }),
  z.object({ kind: z.literal('out_of_memory') }),
  z.object({ kind: z.literal('crashed') }),
  z.object({ kind: z.literal('syntax_error') }),
  z.object({ kind: z.literal('wrong_target') }),
  z.object({ kind: z.literal('suspected_forgery') }),
]);

const turnSchema: z.ZodType<TurnOutcome> = z.object({
  turn: count,
  verdict: verdictSchema,
  visiblePassed: z.boolean(),
  exactFormat: z.boolean(),
  code: z.string().nullable(),
  feedback: z.string().nullable(),
  metrics: z.object({
    percentagePassed: z.number().min(0).max(1),
    chrf: z.number(),
    commonPrefixRatio: z.number(),
    matchMethodName: z.boolean().nullable(),
  }),
  answerKey: z.string().nullable(),
  reportKeys: z.array(z.string()),
  finishReason: z.enum(['stop', 'length', 'content_filter', 'other']).nullable(),
  promptTokens: tokens,
  completionTokens: tokens,
  reasoningTokens: tokens,
  reasoningEstimated: z.literal(true).optional(),
  fingerprint: z.string().nullable(),
  generationSeconds: seconds,
  gradingSeconds: seconds,
  possiblyPaidTwice: z.boolean(),
  asks: count,
  replayed: z.literal(true).optional(),
  flags: z.array(z.string()).optional(),
});

const sampleSchema: z.ZodType<SampleOutcome> = z.object({
  sample: count,
  seed: z.number(),
  turns: z.array(turnSchema).min(1),
  stopReason: z.enum(['visible_tests_passed', 'max_turns']),
});

/** `outcomes/<item>.json` as it is read back. */
export const outcomeSchema: z.ZodType<Outcome> = z.object({
  schema: z.literal(1),
  run: z.string(),
  task: z.enum(taskNames),
  item: z.string(),
  dp_id: z.string(),
  idx: z.number(),
  split: z.string(),
  heldOut: z.boolean(),
  singleTest: z.boolean(),
  loadBearing: z.boolean(),
  samples: z.array(sampleSchema).min(1),
  startedAt: instant,
  endedAt: instant,
});

/** `attempts/<item>/<n>.json` as it is read back. */
export const attemptSchema: z.ZodType<Attempt> = z.object({
  schema: z.literal(1),
  item: z.string(),
  error: z.string(),
  message: z.string(),
  endedAt: instant,
});

/** A stored answer as it is read back. */
export const answerRecordSchema: z.ZodType<AnswerRecord> = z.object({
  schema: z.literal(1),
  requestDigest: z.string(),
  body: z.string(),
  promptTooLong: z.boolean(),
  possiblyPaidTwice: z.boolean(),
  milliseconds: z.number(),
  startedAt: z.string(),
  endedAt: z.string(),
  replayedFrom: z.string().optional(),
  tokens: z.object({ prompt: z.number(), completion: z.number() }).optional(),
});
