import type { FinishReason } from './answer.ts';
import type { TaskName } from './row.ts';
import type { Verdict } from './verdicts.ts';

/** One paid answer as it came: `turns/<item>/<sample>/<turn>-<request digest>-<ask>.json`, write-once. */
export interface AnswerRecord {
  readonly schema: 1;
  readonly requestDigest: string;
  readonly body: string;
  /** The endpoint refused the prompt as too long: `body` holds its words, and the verdict follows from it. */
  readonly promptTooLong: boolean;
  /** An earlier request for it was in flight when its process died, or was cancelled. */
  readonly possiblyPaidTwice: boolean;
  readonly milliseconds: number;
  readonly startedAt: string;
  readonly endedAt: string;
  /** The run that asked for it; absent where this one did. */
  readonly replayedFrom?: string | undefined;
  /** What it used up: as the server counted, else estimated. */
  readonly tokens?: UsedTokens | undefined;
}

export interface UsedTokens {
  readonly prompt: number;
  readonly completion: number;
}

/** One turn in an outcome. */
export interface TurnOutcome {
  readonly turn: number;
  readonly verdict: Verdict;
  /** Every visible test has its expected status: the loop stopped here. */
  readonly visiblePassed: boolean;
  /** The answer was one fenced block with just the method. */
  readonly exactFormat: boolean;
  /** The method as extracted, or null when there was none. */
  readonly code: string | null;
  /** What the next prompt says about this turn; null when no turn followed. */
  readonly feedback: string | null;
  readonly metrics: TurnMetrics;
  readonly answerKey: string | null;
  readonly reportKeys: readonly string[];
  readonly finishReason: FinishReason | null;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  readonly reasoningTokens: number | null;
  /** The server did not count them apart: by their share of the characters. */
  readonly reasoningEstimated?: true | undefined;
  readonly fingerprint: string | null;
  readonly generationSeconds: number;
  readonly gradingSeconds: number;
  /** An earlier request for this answer was in flight when its process died. */
  readonly possiblyPaidTwice: boolean;
  /** How many bodies were asked for; more than one when a body was broken. */
  readonly asks: number;
  /** The answer was taken from another run; nothing was asked. */
  readonly replayed?: true | undefined;
  /** Of its test reports, e.g. `trusted_text`. */
  readonly flags?: readonly string[] | undefined;
}

export interface TurnMetrics {
  /** Share of the visible tests with their expected status, 0…1. */
  readonly percentagePassed: number;
  /** sacrebleu's chrF against the reference, 0…100. */
  readonly chrf: number;
  /** Shared leading characters / length of the reference, 0…1. */
  readonly commonPrefixRatio: number;
  /** Repair: was the method that the answer changed the broken one? Null elsewhere. */
  readonly matchMethodName: boolean | null;
}

export interface SampleOutcome {
  readonly sample: number;
  readonly seed: number;
  readonly turns: readonly TurnOutcome[];
  readonly stopReason: 'visible_tests_passed' | 'max_turns';
}

/** `outcomes/<item>.json`, write-once: an item's final record. */
export interface Outcome {
  readonly schema: 1;
  readonly run: string;
  readonly task: TaskName;
  readonly item: string;
  readonly dp_id: string;
  readonly idx: number;
  readonly split: string;
  /** The row has held-out tests; otherwise it was graded by its visible ones. */
  readonly heldOut: boolean;
  readonly singleTest: boolean;
  readonly loadBearing: boolean;
  readonly samples: readonly SampleOutcome[];
  readonly startedAt: string;
  readonly endedAt: string;
}

/** `attempts/<item>/<n>.json`: an attempt that ended in an error of ours. The item is unscored until it succeeds. */
export interface Attempt {
  readonly schema: 1;
  readonly item: string;
  readonly error: string;
  readonly message: string;
  readonly endedAt: string;
}
