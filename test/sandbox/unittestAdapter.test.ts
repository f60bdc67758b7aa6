import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { buildEnvironment } from '../../src/environments/index.ts';
import type { PreparedEnvironment } from '../../src/ports/sandbox.ts';
import { listTests, recordCoverage, runTests } from '../../src/sandbox/index.ts';
import { localRepository, type LocalRepository } from '../environments/localRepository.ts';

const tests = `
import os, unittest
from local import double

class Parts(unittest.TestCase):
    def test_passes(self): self.assertEqual(double(2), 4)
    def test_fails(self): self.assertEqual(double(2), 5)
    def test_raises(self): raise KeyError('x')
    def test_sub_fails(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertEqual(number, 1)
    @unittest.expectedFailure
    def test_expected(self): self.fail()
    @unittest.expectedFailure
    def test_unexpected(self): pass
    @unittest.skip('reason')
    def test_skipped(self): pass
    def test_data(self): self.assertTrue(os.path.exists('tests/data.txt'))
    def test_variable(self): self.assertEqual(os.environ['LOCAL_MODE'], 'test')

class Broken(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise ValueError('set-up')
    def test_one(self): pass

class Waits(unittest.IsolatedAsyncioTestCase):
    async def test_one(self): self.assertEqual(double(1), 2)
`;
const expected: Record<string, string> = {
  'Parts.test_passes': 'passed',
  'Parts.test_fails': 'failed',
  'Parts.test_raises': 'error',
  'Parts.test_sub_fails': 'failed',
  'Parts.test_expected': 'expected_failure',
  'Parts.test_unexpected': 'unexpected_success',
  'Parts.test_skipped': 'skipped',
  'Parts.test_data': 'passed',
  'Parts.test_variable': 'passed',
  'Broken.test_one': 'error',
  'Waits.test_one': 'passed',
};
const files = {
  'local/__init__.py': 'def double(number):\n    result = number + number\n    return result\n',
  'tests/__init__.py': '',
  'tests/data.txt': '',
  'tests/test_parts.py': tests,
  'tests/test_broken.py': 'import nothing_of_this_name',
  'more/test_alone.py': 'import unittest\nclass Alone(unittest.TestCase):\n    def test_one(self): pass\n',
};
const module = 'tests.test_parts.';

describe("unittest's adapter", () => {
  let repository: LocalRepository;
  let environment: PreparedEnvironment;
  before(async () => {
    repository = await localRepository(files, {
      variables: { LOCAL_MODE: 'test' },
      import_paths: ['.', 'more'],
    });
    environment = await buildEnvironment({ repository: repository.spec });
  });
  after(() => repository[Symbol.dispose]());

  it('reports every kind of status once per test', async () => {
    const report = await runTests({
      environment,
      tests: [...Object.keys(expected).map((name) => module + name), 'tests.test_broken.A.test_one'],
    });
    const found = Object.entries(report.tests).map(([id, { status }]) => [id.replace(module, ''), status]);
    assert.deepEqual(Object.fromEntries(found), { ...expected, 'tests.test_broken.A.test_one': 'error' });
    assert.match(report.tests[`${module}Parts.test_fails`]?.message ?? '', /AssertionError: 4 != 5/);
  });

  it('lists the tests of a folder, a package, a module, a class and a test', async () => {
    const all = Object.keys(expected)
      .map((name) => module + name)
      .sort();
    const list = async (...labels: string[]): Promise<string[]> =>
      [...(await listTests({ environment, labels }))].sort();
    assert.deepEqual(await list('tests'), all);
    assert.deepEqual(await list('tests/', 'tests.test_parts'), all);
    assert.deepEqual(await list('more'), ['test_alone.Alone.test_one']);
    assert.deepEqual(await list('tests.test_parts.Waits'), [`${module}Waits.test_one`]);
    assert.deepEqual(await list('tests.test_parts.Waits.test_one'), [`${module}Waits.test_one`]);
    assert.deepEqual(await list('tests.test_broken', 'gone'), []);
  });

  it('knows which lines each test reaches', async () => {
    const coverage = await recordCoverage({ environment, labels: ['tests'] });
    const reaching = (coverage.files['local/__init__.py'] ?? []).map(
      ([context = -1, ...lines]) => [coverage.contexts[context]?.id, lines] as const,
    );
    assert.deepEqual(
      reaching.map(([id = '']) => id.slice(module.length)).sort((a, b) => (a < b ? -1 : 1)),
      ['Parts.test_fails', 'Parts.test_passes', 'Waits.test_one'],
    );
    assert.deepEqual(reaching[0]?.[1], [2, 3]);
  });
});
