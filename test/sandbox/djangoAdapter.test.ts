import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { TestReport } from '../../src/core/testReport.ts';
import type { PreparedEnvironment } from '../../src/ports/sandbox.ts';
import { listTests, recordCoverage, runTests } from '../../src/sandbox/index.ts';
import { djangoEnvironment } from './support/candidates.ts';

const filePath = 'tests/utils_tests/test_text.py';
const tests = `
import unittest
from unittest import mock
from django.test import SimpleTestCase, TestCase
from django.contrib.auth.models import User

class Parts(SimpleTestCase):
    def test_sub_passes(self):
        for n in range(3):
            with self.subTest(n=n):
                self.assertEqual(n, n)
    def test_sub_fails(self):
        for n in range(3):
            with self.subTest(n=n):
                self.assertEqual(n, 1)
    def test_sub_error(self):
        with self.subTest(n=1):
            self.fail('first')
        with self.subTest(n=2):
            raise ValueError('second')
    def test_sub_skips(self):
        with self.subTest(n=1):
            self.skipTest('no')
    @unittest.expectedFailure
    def test_expected(self):
        self.fail('as expected')
    @unittest.expectedFailure
    def test_unexpected(self):
        pass
    @unittest.skip('reason')
    def test_skipped(self):
        pass
    def test_exits(self):
        raise SystemExit(0)

class Broken(SimpleTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        raise ValueError('set-up')
    def test_one(self): pass
    def test_two(self): pass

class BrokenDown(SimpleTestCase):
    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        raise ValueError('tear-down')
    def test_one(self): pass

class SkippedClass(SimpleTestCase):
    @classmethod
    def setUpClass(cls):
        raise unittest.SkipTest('all')
    def test_one(self): pass

class Database(TestCase):
    databases = {'default', 'other'}
    @classmethod
    def setUpTestData(cls):
        User.objects.create(username='a')
    def test_count(self):
        self.assertEqual(User.objects.count(), 1)
        self.assertEqual(User.objects.using('other').count(), 0)
`;
const expected: Record<string, string> = {
  'Parts.test_sub_passes': 'passed',
  'Parts.test_sub_fails': 'failed',
  'Parts.test_sub_error': 'error',
  'Parts.test_sub_skips': 'skipped',
  'Parts.test_expected': 'expected_failure',
  'Parts.test_unexpected': 'unexpected_success',
  'Parts.test_skipped': 'skipped',
  'Parts.test_exits': 'error',
  'Broken.test_one': 'error',
  'Broken.test_two': 'error',
  'BrokenDown.test_one': 'error',
  'SkippedClass.test_one': 'skipped',
  'Database.test_count': 'passed',
};
const module = 'utils_tests.test_text.';

describe("Django's adapter", () => {
  let environment: PreparedEnvironment;
  before(async () => void (environment = await djangoEnvironment()));

  it('reports every kind of status once per test', async () => {
    const report = await runTests({
      environment,
      tests: Object.keys(expected).map((name) => module + name),
      overlay: { filePath, content: tests },
    });
    const found = Object.entries(report.tests).map(([id, { status }]) => [id.slice(module.length), status]);
    assert.deepEqual(Object.fromEntries(found), expected);
    assert.match(
      report.tests[`${module}Parts.test_sub_fails`]?.message ?? '',
      /n=0.*AssertionError: 0 != 1/s,
    );
  });

  it('a module that cannot be imported fails its tests and no others', async () => {
    const other = 'utils_tests.test_lazyobject.LazyObjectTestCase.test_getattr';
    const report: TestReport = await runTests({
      environment,
      tests: [`${module}Parts.test_sub_passes`, other],
      overlay: { filePath, content: 'import nothing_of_this_name' },
    });
    assert.equal(report.tests[`${module}Parts.test_sub_passes`]?.status, 'error');
    assert.match(report.tests[`${module}Parts.test_sub_passes`]?.message ?? '', /nothing_of_this_name/);
    assert.equal(report.tests[other]?.status, 'passed');
  });

  it('runs live servers on the loopback', async () => {
    const live = 'servers.tests.LiveServerViews.test_protocol';
    const report = await runTests({ environment, tests: [live] });
    assert.equal(report.tests[live]?.status, 'passed', JSON.stringify(report));
  });

  it('lists the tests of a label, and knows which lines each reaches', async () => {
    const labels = ['utils_tests.test_text'];
    const listed = await listTests({ environment, labels });
    assert.ok(listed.includes('utils_tests.test_text.TestUtilsText.test_slugify'));
    const coverage = await recordCoverage({ environment, labels });
    const classes = coverage.contexts
      .filter((context) => context.kind === 'class')
      .map((context) => context.id);
    assert.deepEqual(classes[0], 'utils_tests.test_text.TestUtilsText');
    assert.deepEqual(Object.keys(coverage.report.tests).sort(), [...listed].sort());
    const slugify = coverage.contexts.findIndex((context) => context.id.endsWith('test_slugify'));
    const lines = coverage.files['django/utils/text.py']?.find((entry) => entry[0] === slugify);
    assert.ok(lines !== undefined && lines.length > 1);
    assert.ok(!Object.keys(coverage.files).some((path) => path.startsWith('tests/')));
  });
});
