import type { TestReport, TestResult } from '../../core/testReport.ts';

/** A test runner's text: how a report is written in it, and what may be believed of one that somebody else wrote. */
export interface TextForm {
  readonly write: (report: TestReport, context: TextContext) => string;
  readonly read: (text: string, tests: readonly string[]) => ReadText;
}

export interface TextContext {
  /** The tests that were asked for. */
  readonly tests: readonly string[];
  readonly wallSeconds: number;
}

/** What a text says; a test that is not here is not known to have run. */
export interface ReadText {
  readonly ended: 'completed' | 'crashed';
  readonly tests: Readonly<Record<string, TestResult>>;
  readonly flags: readonly string[];
}

/** The text has no closing summary, or several: the run did not come to its end, or somebody wrote a second one. */
export function unreadable(flag: 'text_without_summary' | 'text_ambiguous'): ReadText {
  return { ended: 'crashed', tests: {}, flags: [flag] };
}
