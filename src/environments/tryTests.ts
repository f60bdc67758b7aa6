import { ConfigError } from '../core/errors.ts';
import type { TestReport } from '../core/testReport.ts';
import type { PreparedEnvironment } from '../ports/sandbox.ts';
import { listTests, runTests } from '../sandbox/testTools.ts';

const tried = 20;
const limits = { wallSeconds: 120, cpuSeconds: 120 };
const needsNetwork =
  /gaierror|Temporary failure in name resolution|Name or service not known|Network is unreachable/;

/**
 * Lists the tests under the labels and runs some of them in the sandbox: does the description fit the repository?
 * Answers one line that says what happened; throws when there are no tests or none of them passes.
 */
export async function tryTests(environment: PreparedEnvironment, labels: readonly string[]): Promise<string> {
  const tests = await listTests({ environment, labels });
  if (tests.length === 0) {
    throw new ConfigError(
      `Expected tests under ${labels.join(', ')} in ${environment.sourceRoot}, found none.\n` +
        `Labels are written as the adapter ${environment.adapter} names tests, or parts of that: docs/repositories.md.`,
    );
  }
  const some = pickEvenly(tests, tried);
  const report = await runTests({ environment, tests: some, limits });
  const found = some.map((test) => report.tests[test]);
  const failing = found.filter((one) => one?.status === 'failed' || one?.status === 'error');
  const networked = failing.filter((one) => needsNetwork.test(one?.message ?? '')).length;
  const network =
    networked === 0
      ? ''
      : `, ${networked} need the network, which the sandbox does not have: they are never used`;
  const passed = found.filter((one) => one?.status === 'passed').length;
  if (passed > 0) return `${tests.length} tests; of ${some.length} that were tried ${passed} pass${network}`;
  throw new ConfigError(
    `Expected some of ${environment.name}'s ${tests.length} tests to pass, none of ${some.length} that were tried did${network}.\n` +
      `${some[0] ?? ''}: ${lastWords(report, some[0] ?? '')}`,
  );
}

/** Spread over the whole list, so that one broken file does not decide. */
function pickEvenly(tests: readonly string[], count: number): string[] {
  const picked = Math.min(count, tests.length);
  return Array.from(
    { length: picked },
    (_, index) => tests.slice(Math.floor((index * tests.length) / picked))[0],
  ).filter((test) => test !== undefined);
}

function lastWords(report: TestReport, test: string): string {
  const text = report.tests[test]?.message ?? (report.output || report.ended);
  return text.trim().split('\n').at(-1) ?? '';
}
