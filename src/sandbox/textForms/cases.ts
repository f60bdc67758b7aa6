import type { TestStatus } from '../../core/row.ts';
import type { TestReport } from '../../core/testReport.ts';
import { judgeReport } from '../../core/verdicts.ts';
import type { TextContext } from './textForm.ts';

/** One test as a text form writes it. */
export interface TextCase {
  readonly id: string;
  readonly status: TestStatus;
  readonly message: string;
}

/** A case for each test that was asked for. What did not run, and passes that are not believed, are errors. */
export function casesOf(report: TestReport, { tests, wallSeconds }: TextContext): TextCase[] {
  const wanted = [...new Set(tests)];
  if (wanted.length === 0) return [failed('no tests', 'no tests were asked for')];
  if (report.ended !== 'completed') {
    const why = whyNotCompleted(report, wallSeconds);
    return wanted.map((id, index) =>
      failed(id, index === 0 && report.output !== '' ? `${report.output}\n${why}` : why),
    );
  }
  const cases = wanted.map((id) => {
    const result = report.tests[id];
    return result
      ? { id, status: result.status, message: result.message }
      : failed(id, 'this test did not run');
  });
  const extra = Object.keys(report.tests).filter((id) => !wanted.includes(id));
  return isForged(report)
    ? cases.map(({ id }) => failed(id, 'this result is suspected to be forged'))
    : [...cases, ...extra.map(unasked)];
}

function failed(id: string, message: string): TextCase {
  return { id, status: 'error', message };
}

function unasked(id: string): TextCase {
  return failed(id, 'this test was not asked for');
}

function whyNotCompleted({ ended }: TestReport, wallSeconds: number): string {
  switch (ended) {
    case 'timed_out':
      return `TimeoutError: the tests did not end within their time limit of ${wallSeconds} seconds`;
    case 'out_of_memory':
      return 'MemoryError: the tests went beyond their memory limit';
    default:
      return 'RuntimeError: the process ended before it reported its tests';
  }
}

/** The core judges: with its own statuses expected, only a report that is not believed does not pass. */
function isForged(report: TestReport): boolean {
  const own = new Map(Object.entries(report.tests).map(([id, { status }]) => [id, status]));
  return judgeReport(report, own).kind === 'suspected_forgery';
}
