import type { Integrity } from './integrity.ts';
import type { TestStatus } from './row.ts';

/** How fresh a candidate's process is; see ARCHITECTURE.md. */
export type Lane = 'full' | 'pre' | 'strict';
/** `auto`: the cheapest lane that is sound for the candidate. */
export const laneChoices = ['auto', 'full', 'pre', 'strict'] as const;
export type LaneChoice = (typeof laneChoices)[number];

/** What the sandbox saw, test by test. It reports; core judges. */
export interface TestReport {
  /**
   * How the candidate's process ended. `completed`: its one frame arrived. `timed_out`: wall or CPU limit.
   * `out_of_memory`: memory limit. `crashed`: anything else that ended without a frame.
   */
  readonly ended: 'completed' | 'timed_out' | 'out_of_memory' | 'crashed';
  /** By test id; an expected id that is not here did not run. */
  readonly tests: Readonly<Record<string, TestResult>>;
  /** Tail of what the process printed, bounded, already normalised (no durations, addresses, temporary names). */
  readonly output: string;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMemoryBytes: number;
  /** Anything suspicious or noteworthy, e.g. `frame_malformed`, `memory_per_process`. */
  readonly flags: readonly string[];
  readonly lane: Lane;
  /** Present when it was asked for and the candidate's process was completed. */
  readonly integrity?: Integrity;
  readonly provider: string;
  /** What a faster lane said where `strict` said something else (flag `lanes_disagree`). */
  readonly overruled?: TestReport;
}

export interface TestResult {
  readonly status: TestStatus;
  readonly seconds: number;
  /** Traceback or reason of a test that did not pass; bounded and normalised. */
  readonly message: string;
}
