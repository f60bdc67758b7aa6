import type { TestReport } from '../../core/testReport.ts';
import type { ConformanceCase } from './case.ts';

/** What is wrong with a report for a case, one line each; none when it is as it must be. */
export function findFaults(expected: ConformanceCase, report: TestReport): string[] {
  const { ended, statuses = {}, message, output, flag } = expected;
  const ends = typeof ended === 'string' ? [ended] : ended;
  const [first] = Object.values(report.tests);
  const isExact = typeof ended === 'string';
  return [
    ...(ends.includes(report.ended)
      ? []
      : [`ended: expected ${ends.join(' or ')}, found ${report.ended}${hint(report)}`]),
    ...(isExact ? findWrongStatuses(statuses, report) : []),
    ...(message === undefined || message.test(first?.message ?? '')
      ? []
      : [`message: expected ${String(message)}, found ${quote(first?.message ?? '')}`]),
    ...(output === undefined || output.test(report.output)
      ? []
      : [`output: expected ${String(output)}, found ${quote(report.output)}`]),
    ...(flag === undefined || report.flags.includes(flag)
      ? []
      : [`flags: expected ${flag}, found ${report.flags.join(', ') || 'none'}`]),
  ];
}

/** How two providers' reports for the same case differ; none when they say the same. */
export function findDifferences(expected: ConformanceCase, one: TestReport, other: TestReport): string[] {
  if (typeof expected.ended !== 'string') return [];
  const ids = new Set([...Object.keys(one.tests), ...Object.keys(other.tests)]);
  return [
    ...(one.ended === other.ended ? [] : [`ended: ${one.ended} and ${other.ended}`]),
    ...[...ids].flatMap((id) => {
      const [left, right] = [one.tests[id], other.tests[id]];
      if (left?.status !== right?.status)
        return [`${id}: ${left?.status ?? 'missing'} and ${right?.status ?? 'missing'}`];
      return left?.message === right?.message
        ? []
        : [`${id}: ${quote(left?.message ?? '')} and ${quote(right?.message ?? '')}`];
    }),
  ];
}

function findWrongStatuses(statuses: Readonly<Record<string, string>>, report: TestReport): string[] {
  const ids = new Set([...Object.keys(statuses), ...Object.keys(report.tests)]);
  return [...ids].flatMap((id) => {
    const [wanted = 'missing', found = 'missing'] = [statuses[id], report.tests[id]?.status];
    const why = quote(report.tests[id]?.message ?? '');
    return wanted === found ? [] : [`${id}: expected ${wanted}, found ${found} ${why}`];
  });
}

function hint({ flags, tests, output }: TestReport): string {
  return ` (${[...flags, ...Object.values(tests).map(({ status }) => status)].join(', ')}) ${quote(output)}`;
}

function quote(text: string): string {
  const last = text.trim().split('\n').slice(-2).join(' ');
  return JSON.stringify(last.slice(-300));
}
