import { digestOf } from '../../core/digest.ts';
import { findForgery } from '../../core/integrity.ts';
import type { TestReport } from '../../core/testReport.ts';
import type { SandboxRequest } from '../../ports/sandbox.ts';

/** Whether two reports say the same of a candidate: how it ended, each test's status, and whether it is forged. */
export function agree(one: TestReport, other: TestReport): boolean {
  if (isForged(one) !== isForged(other)) return false;
  const ids = new Set([...Object.keys(one.tests), ...Object.keys(other.tests)]);
  return (
    one.ended === other.ended && [...ids].every((id) => one.tests[id]?.status === other.tests[id]?.status)
  );
}

/** Whether `strict` has to look at this candidate, too. */
export function needsStrict(report: TestReport, request: SandboxRequest): boolean {
  if (request.secondLook === 'when_drawn') return isDrawn(request);
  return (
    report.ended !== 'completed' || report.flags.some(isSuspicious) || isForged(report) || isDrawn(request)
  );
}

/** The last word is `strict`'s; a report that it overrules is kept in its own. */
export function settle(fast: TestReport, strict: TestReport): TestReport {
  if (!agree(fast, strict)) {
    return { ...strict, flags: [...strict.flags, 'lanes_disagree'], overruled: fast };
  }
  // The fast lane's report is that of most candidates: feedback must not depend on who was drawn.
  return { ...fast, flags: [...fast.flags, 'confirmed_by_strict'] };
}

function isSuspicious(flag: string): boolean {
  return /^(?:frame|stopped|signal|suspicious)_|^not_sabotage_checkable$/.test(flag);
}

function isForged({ integrity }: TestReport): boolean {
  return integrity !== undefined && findForgery(integrity).length > 0;
}

/** The candidate's digest draws: the same ones are looked at every time. */
function isDrawn({ filePath, fileContent, tests, strictShare = 0 }: SandboxRequest): boolean {
  if (strictShare <= 0) return false;
  const drawn = Number.parseInt(
    digestOf({ filePath, fileContent, tests })
      .replace(/^sha256:/, '')
      .slice(0, 8),
    16,
  );
  return drawn / 2 ** 32 < strictShare;
}
