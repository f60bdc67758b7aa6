import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BenchError,
  ConfigError,
  DatasetError,
  ModelError,
  SandboxError,
  StorageError,
} from '../src/core/errors.ts';

const heartbeatMilliseconds = 3000;

/** What steps under way wait for, in words. */
const waits = new WeakMap<Context, string>();

/** Lets others read what this step waits for; null when that is over. */
export function sayWaiting(words: string | null): void {
  const context = Context.current();
  if (words === null) waits.delete(context);
  else waits.set(context, words);
  context.heartbeat(words);
}

/** When a step of a queue last told its details. */
const toldAt = new Map<string, number>();

/** Runs an activity's work with heartbeats that tell details, and turns our errors into what the engine understands. */
export async function asActivity<T>(work: () => Promise<T>, details: () => unknown): Promise<T> {
  const context = Context.current();
  const timer = setInterval(beats(context, details), heartbeatMilliseconds);
  try {
    return await work();
  } catch (error) {
    // An aborted request looks like an error of the request: a cancellation must be recorded as one.
    const { aborted, reason } = context.cancellationSignal;
    if (isCancelRequested(context)) throw reason;
    // The worker stops, or its heartbeat came late: the step is done again, and no try of it is used up.
    if (aborted && error === reason) throw ApplicationFailure.retryable('The step was given up.', 'GivenUp');
    throw asFailure(error, context.info.attempt);
  } finally {
    clearInterval(timer);
  }
}

/**
 * Each heartbeat is a write of the server's. Every second one is enough for its time limit; the first is left out where
 * another step of the queue, whose details are the same, told them a moment ago.
 */
function beats(context: Context, details: () => unknown): () => void {
  const { taskQueue } = context.info;
  let beat = 0;
  return () => {
    const now = performance.now();
    beat += 1;
    if (beat % 2 === 1 && now - (toldAt.get(taskQueue) ?? -Infinity) < heartbeatMilliseconds) return;
    toldAt.set(taskQueue, now);
    context.heartbeat(details() ?? waits.get(context));
  };
}

/**
 * Aborts only when the run was cancelled: not when a heartbeat came late or the worker drains, which would
 * throw away paid work.
 */
export function onCancelRequested(cancel: (reason: unknown) => void): void {
  const context = Context.current();
  const listen = (): void => {
    if (isCancelRequested(context)) cancel(context.cancellationSignal.reason);
  };
  if (context.cancellationSignal.aborted) listen();
  else context.cancellationSignal.addEventListener('abort', listen, { once: true });
}

/** A signal of the kind that `onCancelRequested` describes. */
export function cancelSignal(): AbortSignal {
  const controller = new AbortController();
  onCancelRequested((reason) => controller.abort(reason));
  return controller.signal;
}

/** Also aborted when the worker stops: for work that costs nothing to do again. */
export function freeWorkSignal(): AbortSignal {
  return Context.current().cancellationSignal;
}

/** A write that fails is tried until it works, whatever the fault: what it keeps was paid for. */
export async function keepTrying<T>(write: () => Promise<T>): Promise<T> {
  for (let wait = 500; ; wait = Math.min(wait * 2, 10_000)) {
    try {
      return await write();
    } catch (error) {
      const cancelled = isCancelRequested(Context.current());
      if (!(error instanceof StorageError) || cancelled) throw error;
      Context.current().log.warn(error.message);
      await sleep(wait);
    }
  }
}

/** For a step that somebody waits for: a store that is away for a moment is tried again, one that stays away ends the step. */
export async function withinTries<T>(most: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { attempt } = Context.current().info;
    if (!(error instanceof StorageError && error.retry) || attempt < most) throw error;
    const message = `${error.message}\nIt was tried ${attempt} times: submit again when the store answers.`;
    throw new StorageError(message, { cause: error });
  }
}

/** So often each of the hosts may be asked on average: who takes a step is chance. */
const triesPerHost = 5;

/** What this host cannot do another may: the step goes back to their queue while there are others. */
export async function orElsewhere<T>(countOthers: () => Promise<number>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof DatasetError)) throw error;
    const others = await countOthers();
    const { attempt } = Context.current().info;
    const retry = attempt < triesPerHost * (others + 1);
    const message = others === 0 ? error.message : `On ${hostname()}: ${error.message}`;
    throw new ConfigError(message, { cause: error, retry: retry && others > 0 });
  }
}

function isCancelRequested(context: Context): boolean {
  return context.cancellationSignal.aborted && context.cancellationDetails?.cancelRequested === true;
}

/** Tries of one step that may end in a broken sandbox, or in an error that nobody foresaw. */
const maximumTries = 5;

/**
 * What the engine does with an error. Endpoints and disks are waited out for as long as it takes; a sandbox that
 * keeps failing, and a mistake of ours, end the step. A killed worker also counts as a try, but ends nothing by itself.
 */
function asFailure(error: unknown, attempt: number): ApplicationFailure {
  const isLastTry = attempt >= maximumTries;
  if (!(error instanceof BenchError)) {
    return ApplicationFailure.fromError(error, { nonRetryable: isLastTry });
  }
  const isModelError = error instanceof ModelError;
  return ApplicationFailure.create({
    message: error.message,
    type: isModelError ? `ModelError.${error.fault}` : error.name,
    nonRetryable: !error.retry || (error instanceof SandboxError && isLastTry),
    nextRetryDelay: isModelError ? error.retryAfterMilliseconds : undefined,
  });
}
