import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildEnvironment } from '../../src/environments/index.ts';
import { listTests, recordCoverage, runTests } from '../../src/sandbox/index.ts';

const skip =
  process.env['BENCH_TEST_REPOSITORIES'] === undefined &&
  'builds environments of 250 MB; BENCH_TEST_REPOSITORIES=1 runs it';

const sympyTests = `
from sympy.testing.pytest import XFAIL, SKIP, raises, skip, slow

def test_passes(): assert True
def test_fails(): assert 1 == 2
def test_does_not_raise(): raises(ValueError, lambda: 1)
def test_error(): raise KeyError('x')
def test_exits(): raise SystemExit(0)
def test_skips(): skip('why')
@SKIP('never')
def test_skipped(): pass
@slow
def test_slow(): pass
@XFAIL
def test_expected(): assert False
@XFAIL
def test_unexpected(): pass
def helper(): pass
`;
const expected: Record<string, string> = {
  test_passes: 'passed',
  test_fails: 'failed',
  test_does_not_raise: 'failed',
  test_error: 'error',
  test_exits: 'error',
  test_skips: 'skipped',
  test_skipped: 'skipped',
  test_slow: 'skipped',
  test_expected: 'expected_failure',
  test_unexpected: 'unexpected_success',
};
const module = 'sympy.sets.tests.test_contains.';

describe("SymPy's adapter", { skip }, () => {
  it('reports every kind of status once per test', async () => {
    const environment = await buildEnvironment({ repository: 'sympy' });
    const report = await runTests({
      environment,
      tests: [...Object.keys(expected), 'helper', 'test_gone'].map((name) => module + name),
      overlay: { filePath: 'sympy/sets/tests/test_contains.py', content: sympyTests },
    });
    const found = Object.entries(report.tests).map(([id, { status }]) => [id.slice(module.length), status]);
    assert.deepEqual(Object.fromEntries(found), { ...expected, helper: 'error', test_gone: 'error' });
    assert.match(report.tests[`${module}test_fails`]?.message ?? '', /assert 1 == 2\n.*AssertionError/s);
  });

  it('lists the tests of a label, and knows which lines each reaches', async () => {
    const environment = await buildEnvironment({ repository: 'sympy' });
    const listed = await listTests({ environment, labels: ['sympy.sets.tests.test_contains'] });
    assert.ok(listed.length > 3);
    assert.deepEqual(await listTests({ environment, labels: [listed[0] ?? ''] }), listed.slice(0, 1));
    const coverage = await recordCoverage({ environment, labels: ['sympy.sets.tests.test_contains'] });
    const ids = (coverage.files['sympy/sets/contains.py'] ?? []).map(
      ([context = -1]) => coverage.contexts[context]?.id ?? '',
    );
    assert.ok(ids.length > 0 && ids.every((id) => listed.includes(id)));
  });
});

describe('Django 5.2', { skip }, () => {
  it('runs tests with a database and without', async () => {
    const environment = await buildEnvironment({ repository: 'django-5.2' });
    const tests = [
      'aggregation.tests.AggregateTestCase.test_add_implementation',
      'utils_tests.test_text.TestUtilsText.test_slugify',
    ];
    const report = await runTests({ environment, tests });
    assert.deepEqual(
      tests.map((test) => report.tests[test]?.status),
      ['passed', 'passed'],
    );
  });
});
