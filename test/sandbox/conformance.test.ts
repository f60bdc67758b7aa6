import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { TestReport } from '../../src/core/testReport.ts';
import type { PreparedEnvironment } from '../../src/ports/sandbox.ts';
import { findDifferences, findFaults } from '../../src/sandbox/conformance/checkCase.ts';
import { checkSandbox, conformanceGroups } from '../../src/sandbox/conformance/checkSandbox.ts';
import { createBubblewrapSandbox } from '../../src/sandbox/index.ts';
import { djangoEnvironment, test } from './support/candidates.ts';

describe('a candidate in bubblewrap', { concurrency: 1 }, () => {
  const sandbox = createBubblewrapSandbox({ slots: 1 });
  let environment: PreparedEnvironment;
  before(async () => void (environment = await djangoEnvironment()));
  after(() => sandbox.close());

  for (const [name, cases] of Object.entries(conformanceGroups)) {
    it(`gets its report: ${name}`, async () => {
      const signal = AbortSignal.timeout(500_000);
      const results = await checkSandbox({ sandbox, environment, lane: 'full', signal, cases });
      assert.equal(results.length, cases.length);
      assert.deepEqual(
        results.filter(({ faults }) => faults.length > 0),
        [],
      );
    });
  }
});

describe('a report that is not as it must be', () => {
  const report = (status: 'passed' | 'failed', message = ''): TestReport => ({
    ended: 'completed',
    tests: { [test]: { status, seconds: 0, message } },
    output: '',
    ...{ wallSeconds: 0, cpuSeconds: 0, peakMemoryBytes: 0, flags: [] },
    lane: 'strict',
    provider: 'bubblewrap',
  });
  const wanted = {
    name: 'one',
    statements: 'pass',
    ended: 'completed',
    statuses: { [test]: 'passed' },
    message: /^$/,
  } as const;

  it('is told in lines, and a right one has none', () => {
    assert.deepEqual(findFaults(wanted, report('passed')), []);
    const faults = findFaults({ ...wanted, output: /x/, flag: 'stopped_wall' }, report('failed', 'why'));
    assert.deepEqual(
      faults.map((fault) => fault.split(': expected')[0]),
      [test, 'message', 'output', 'flags'],
    );
    assert.match(
      findFaults({ ...wanted, ended: 'crashed' }, report('passed')).join(),
      /ended: expected crashed/,
    );
  });

  it("differs from another provider's by status or message", () => {
    assert.deepEqual(findDifferences(wanted, report('passed'), report('passed')), []);
    assert.match(findDifferences(wanted, report('passed'), report('failed')).join(), /passed and failed/);
    assert.match(findDifferences(wanted, report('failed', 'a'), report('failed', 'b')).join(), /"a" and "b"/);
  });
});
