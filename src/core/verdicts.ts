import { findForgery } from './integrity.ts';
import type { TestStatus } from './row.ts';
import type { TestReport } from './testReport.ts';

export const unusableReasons = [
  'no_code',
  'another_name',
  'truncated',
  'refused',
  'empty',
  'prompt_too_long',
] as const;
export type UnusableReason = (typeof unusableReasons)[number];

/** What is said about a candidate. Faults of ours are errors (see errors.ts), never verdicts. */
export type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'timed_out' }
  | { readonly kind: 'out_of_memory' }
  | { readonly kind: 'crashed' }
  | { readonly kind: 'syntax_error' }
  | { readonly kind: 'unusable_answer'; readonly reason: UnusableReason }
  | { readonly kind: 'wrong_target' }
  | { readonly kind: 'suspected_forgery' };

export type VerdictKind = Verdict['kind'];

/** The statuses a list of tests must have: exactly these ids, exactly these statuses. */
export type ExpectedStatuses = ReadonlyMap<string, TestStatus>;

/** Judges one report: passed only when every expected test ran and has its expected status, and nothing says how else that came. */
export function judgeReport(report: TestReport, expected: ExpectedStatuses): Verdict {
  if (report.ended !== 'completed') return { kind: report.ended };
  if (expected.size === 0) return { kind: 'failed' };
  for (const [id, status] of expected) {
    if (report.tests[id]?.status !== status) return { kind: 'failed' };
  }
  const extra = Object.keys(report.tests).some((id) => !expected.has(id));
  if (extra) return { kind: 'failed' };
  const isForged = report.integrity !== undefined && findForgery(report.integrity).length > 0;
  return { kind: isForged ? 'suspected_forgery' : 'passed' };
}

/** Share of the expected tests that have their expected status, 0…1; the original's `percentage_passed`. */
export function shareAsExpected(report: TestReport, expected: ExpectedStatuses): number {
  if (expected.size === 0) return 0;
  let asExpected = 0;
  for (const [id, status] of expected) {
    if (report.tests[id]?.status === status) asExpected += 1;
  }
  return asExpected / expected.size;
}

/** The original's word for a verdict; `CRUSHED` (unscored) is not a verdict and is written elsewhere. */
export function originalStatus(verdict: Verdict): 'OK' | 'FAILED' | 'NOT_RUN' {
  switch (verdict.kind) {
    case 'passed':
      return 'OK';
    case 'unusable_answer':
    case 'wrong_target':
      return 'NOT_RUN';
    default:
      return 'FAILED';
  }
}
