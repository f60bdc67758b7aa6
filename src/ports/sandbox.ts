import type { LaneChoice, TestReport } from '../core/testReport.ts';

/** A repository made ready to run: built once, read-only afterwards. */
export interface PreparedEnvironment {
  readonly name: string;
  /** `sha256:…` over everything that can change a test's result. */
  readonly digest: string;
  /** Folder under BENCH_HOME that holds all of it. */
  readonly root: string;
  /** Source tree, where `Row.file_path` starts. */
  readonly sourceRoot: string;
  /** The virtual environment's interpreter. */
  readonly python: string;
  /** Name of the runner's adapter in resources/runner/adapters, e.g. `django`. */
  readonly adapter: string;
  /** Passed to the adapter as it is. */
  readonly adapterOptions: Readonly<Record<string, unknown>>;
}

export interface SandboxLimits {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly processes: number;
  readonly fileBytes: number;
  readonly outputBytes: number;
}

/** A method in a file, without its decorators. */
export interface MethodText {
  /** The line of its `def`, from 1. */
  readonly line: number;
  readonly code: string;
}

/** What it takes to tell an honest pass from a forged one. */
export interface IntegrityRequest {
  readonly candidate: MethodText;
  /** The same method in the environment's own file. */
  readonly reference: MethodText;
  /** Constructs in the candidate that a forger would need. */
  readonly suspicions: readonly string[];
}

export interface SandboxRequest {
  readonly environment: PreparedEnvironment;
  /** Relative to the source tree, POSIX. */
  readonly filePath: string;
  /** The whole file with the candidate in it. */
  readonly fileContent: string;
  /** The file as it is in the environment, for providers that do not have it at hand. */
  readonly originalContent?: string;
  /** Where the candidate is in it, for the lanes that swap one function. */
  readonly qualifiedName: string;
  /** Exactly these are run, in this order. */
  readonly tests: readonly string[];
  /**
   * Tests that `tests` are some of: one process is made ready for all requests that name the same, where a lane makes
   * one ready. Absent: `tests`. Not for requests with `integrity`.
   */
  readonly bootTests?: readonly string[];
  readonly limits: SandboxLimits;
  /** Absent: `strict`. A lane that cannot take the candidate gives way to the next slower one, with a flag. */
  readonly lane?: LaneChoice;
  /** Share of the verdicts of faster lanes that `strict` checks, 0…1; which ones, their digest decides. */
  readonly strictShare?: number;
  /**
   * `when_drawn`: the candidate is a variant of the repository's own code, whose way to end is no ground for suspicion.
   * Absent: `strict` also looks again at whatever did not end as honest code does.
   */
  readonly secondLook?: 'when_drawn';
  /** Left out, the tests are run and nothing else is looked at. */
  readonly integrity?: IntegrityRequest;
}

/** What contains a candidate. `run` throws SandboxError only for faults of ours. */
export interface Sandbox {
  /** Does it isolate on this machine? Throws SandboxError that says why not and what to do. */
  check(): Promise<void>;
  /** Makes slots ready for an environment; cheap when they are. */
  prepare(environment: PreparedEnvironment): Promise<void>;
  /** Waits for a free slot, runs, and leaves nothing behind. Aborting kills the candidate and throws the signal's reason. */
  run(request: SandboxRequest, signal: AbortSignal): Promise<TestReport>;
  close(): Promise<void>;
  /** How many candidates it takes at a time; absent where this machine's cores are what decides. */
  slots?(): Promise<number>;
}
