/**
 * Errors are about us, never about a candidate. `retry` says whether the same call may succeed later;
 * `whatToDo` is printed to the user. Messages say what was expected and what was found.
 */
export class BenchError extends Error {
  readonly retry: boolean;

  constructor(message: string, options: { retry?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.retry = options.retry ?? false;
  }
}

/** The user's configuration, flags or machine must be changed: exit code 2. */
export class ConfigError extends BenchError {}

/** A dataset or one of its rows is not what it should be. */
export class DatasetError extends BenchError {}

/** The sandbox could not do its work; says nothing about the candidate. */
export class SandboxError extends BenchError {}

/** A result could not be read or written. */
export class StorageError extends BenchError {}

/** A run has used up what it may: it goes on when it is submitted with more. */
export class BudgetError extends BenchError {}

/** Figures could not be sent to Weights & Biases; never a matter of the run. */
export class WandbError extends BenchError {}

export type ModelFault =
  /** Refused, 408, 409, 429, 5xx, dropped connection: the endpoint's fault, waited out. */
  | 'endpoint'
  /** A body that cannot be parsed, no choices: this request may be asked again, a bounded number of times. */
  | 'broken_answer'
  /** 400, 422: this request can never work; the item stays unscored with the server's words. */
  | 'request'
  /** The prompt does not fit the model: a verdict, not an error, for the caller. */
  | 'prompt_too_long'
  /** 401, 403, 404, unknown model: nothing will work until the user changes something; the run stops. */
  | 'fatal';

/** A model's endpoint did not give an answer. */
export class ModelError extends BenchError {
  readonly fault: ModelFault;
  /** HTTP status, when there was an answer. */
  readonly status: number | undefined;
  /** From `Retry-After`, when the server said so. */
  readonly retryAfterMilliseconds: number | undefined;
  /** The connection was refused: nobody has seen the request. */
  readonly neverHeard: boolean;

  constructor(
    message: string,
    options: {
      fault: ModelFault;
      status?: number | undefined;
      retryAfterMilliseconds?: number | undefined;
      neverHeard?: boolean;
      cause?: unknown;
    },
  ) {
    super(message, {
      retry: options.fault === 'endpoint' || options.fault === 'broken_answer',
      cause: options.cause,
    });
    this.fault = options.fault;
    this.status = options.status;
    this.retryAfterMilliseconds = options.retryAfterMilliseconds;
    this.neverHeard = options.neverHeard ?? false;
  }
}
