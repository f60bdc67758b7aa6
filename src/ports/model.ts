import type { Answer, Message } from '../core/answer.ts';

/** One request to a model. Its digest names the stored answer, so only what changes the answer belongs here. */
export interface ModelRequest {
  readonly model: string;
  readonly messages: readonly Message[];
  /** Passed through to the endpoint as they are: temperature, max_tokens, stop, extra body fields … */
  readonly modelArguments: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** Absent: chat. Base models go on with `prompt`, and `messages` is empty. */
  readonly api?: 'completions' | 'responses';
  readonly prompt?: string;
}

/** What our own models answer with; endpoints never see it. */
export interface KnownAnswers {
  readonly reference: string;
  readonly stub: string;
}

/** Where a request comes from: picks a sticky server, finds the scripted answer. */
export interface RequestOrigin {
  readonly item: string;
  readonly sample: number;
  readonly turn: number;
  readonly known: KnownAnswers;
}

/** The raw body as it came, to be stored before anything is parsed. */
export interface RawAnswer {
  readonly body: string;
  readonly milliseconds: number;
  /** The endpoint says that it takes no more for so long. */
  readonly pauseMilliseconds?: number | undefined;
}

/** What a server says of itself, and what we know of one that we started. */
export interface ServerFacts {
  readonly address: string;
  readonly version: string | null;
  /** The model's entry in its list: context length, root, owner … */
  readonly model: Readonly<Record<string, unknown>>;
  readonly startedAs: { readonly argv: readonly string[]; readonly gpus: readonly string[] } | null;
}

/** A model behind an endpoint, or one of ours. Throws ModelError only. */
export interface Model {
  /** Can the endpoint be reached, is the key right, is the model there? Throws `fatal` or `endpoint`. */
  check(signal: AbortSignal): Promise<void>;
  /** Every server that answers, for the record of a run; absent for our own models. */
  describe?(signal: AbortSignal): Promise<readonly ServerFacts[]>;
  ask(request: ModelRequest, origin: RequestOrigin, signal: AbortSignal): Promise<RawAnswer>;
  /** Throws ModelError `broken_answer` when the body holds no usable answer. */
  parse(body: string): Answer;
  close(): Promise<void>;
  /** How many requests wait in the servers, which cannot run them yet; null where they do not say. */
  countWaiting?(signal: AbortSignal): Promise<number | null>;
}
