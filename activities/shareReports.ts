import type { TestReport } from '../src/core/testReport.ts';

export type SharedReports = (key: string, run: () => Promise<TestReport>) => Promise<TestReport>;

/**
 * Joins identical gradings of this process, across runs: the key names file, tests, environment and policy, so their
 * report is the same. Keeps the latest few; each run still stores its own copy. A failed run is nobody else's.
 */
export function shareReports(kept: number): SharedReports {
  const reports = new Map<string, Promise<TestReport>>();
  return async (key, run) => {
    const known = await reports.get(key)?.catch(() => null);
    if (known !== null && known !== undefined) return known;
    const report = run();
    reports.set(key, report);
    report.catch(() => reports.get(key) === report && reports.delete(key));
    const oldest = reports.size > kept ? reports.keys().next().value : undefined;
    if (oldest !== undefined) reports.delete(oldest);
    return report;
  };
}
