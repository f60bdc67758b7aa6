/** What one look at a need found. `detail` is one line. */
export interface Check {
  readonly works: boolean;
  readonly detail: string;
  /** What the user can do when it does not work and cannot be brought; overrides the need's own hint. */
  readonly hint?: string | undefined;
}

/** Something the benchmark cannot run without. */
export interface Need {
  /** For `setup.js --only`. */
  readonly id: string;
  readonly name: string;
  /** What to do when it cannot be brought, in one line. */
  readonly hint: string;
  /** Tries it for real; never throws. `thorough` leaves no remembered answer unquestioned. */
  check(options: { thorough: boolean }): Promise<Check>;
  /** Gets it; throws an error of one line when that fails or only the user can. */
  bring(say: Say): Promise<void>;
}

/** Prints one line of progress. */
export type Say = (line: string) => void;
