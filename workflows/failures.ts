import { ApplicationFailure, isCancellation } from '@temporalio/workflow';

/** Errors after which no item of the run can succeed: the endpoint refuses us, the config or data is wrong. */
const stopping: readonly string[] = ['ModelError.fatal', 'ConfigError', 'DatasetError', 'BudgetError'];

/** Cancellation and errors that concern the whole run go up; anything else leaves one item unscored. */
export function stopsTheRun(error: unknown): boolean {
  return isCancellation(error) || stopping.includes(failureOf(error).error);
}

/** Errors after which nothing new is begun, but what is in flight comes to its end. */
export function endsGently(error: unknown): boolean {
  return failureOf(error).error === 'BudgetError';
}

/** Type and message of the error behind a failed activity or child, however deep it is wrapped. */
export function failureOf(error: unknown): { error: string; message: string } {
  let cause = error;
  while (cause instanceof Error && !(cause instanceof ApplicationFailure) && cause.cause !== undefined) {
    cause = cause.cause;
  }
  const type = cause instanceof ApplicationFailure ? cause.type : undefined;
  return { error: type ?? 'Error', message: cause instanceof Error ? cause.message : String(cause) };
}
