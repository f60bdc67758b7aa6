import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testStatuses, type TestStatus } from '../../../src/core/row.ts';
import type { TestReport } from '../../../src/core/testReport.ts';
import { judgeReport } from '../../../src/core/verdicts.ts';
import { textFormOf } from '../../../src/sandbox/textForms/index.ts';

const { read, write } = textFormOf('django');
const a = 'queries.tests.QueryTests.test_a';
const b = 'queries.tests.QueryTests.test_b';
const double = '='.repeat(70);
const single = '-'.repeat(70);

function block(head: string, body = 'Traceback (most recent call last):\nAssertionError: 1 != 2'): string {
  return `${double}\n${head}\n${single}\n${body}\n\n`;
}

function closing(count: number, word: string): string {
  return `${single}\nRan ${count} test${count === 1 ? '' : 's'} in 0.012s\n\n${word}\nDestroying test database for alias 'default'...\n`;
}

function statuses(text: string, tests: readonly string[] = [a, b]): Record<string, TestStatus> {
  return Object.fromEntries(Object.entries(read(text, tests).tests).map(([id, { status }]) => [id, status]));
}

function reportOf(tests: Readonly<Record<string, TestStatus>>, change: Partial<TestReport> = {}): TestReport {
  const results = Object.entries(tests).map(([id, status]) => [id, { status, seconds: 0.5, message: 'why' }]);
  return {
    ended: 'completed',
    tests: Object.fromEntries(results),
    output: '',
    wallSeconds: 1,
    cpuSeconds: 1,
    peakMemoryBytes: 1,
    flags: [],
    lane: 'strict',
    provider: 'test',
    ...change,
  };
}

describe("the text of Django's runner, read strictly", () => {
  test('two tests and OK are two passes', () => {
    const text = `Testing against Django installed in '/x'\nFound 2 test(s).\n..\n${closing(2, 'OK')}`;
    assert.deepEqual(read(text, [a, b]), {
      ended: 'completed',
      flags: [],
      tests: {
        [a]: { status: 'passed', seconds: 0, message: '' },
        [b]: { status: 'passed', seconds: 0, message: '' },
      },
    });
  });

  for (const [python, head] of [
    ['3.10', 'FAIL: test_a (queries.tests.QueryTests)'],
    ['3.11', 'FAIL: test_a (queries.tests.QueryTests.test_a)'],
  ]) {
    test(`a failure is found by the name that Python ${python} gives it, with its message`, () => {
      const text = `F.\n${block(`${head}\nWhat the test is for.`)}${closing(2, 'FAILED (failures=1)')}`;
      assert.deepEqual(statuses(text), { [a]: 'failed', [b]: 'passed' });
      assert.match(read(text, [a, b]).tests[a]?.message ?? '', /^Traceback.*1 != 2$/s);
    });
  }

  test('failing parts of one test count as often as they are printed', () => {
    const head = 'FAIL: test_a (queries.tests.QueryTests)';
    const text = `${block(`${head} (part=1)`)}${block(`${head} [two]`)}${closing(2, 'FAILED (failures=2)')}`;
    assert.deepEqual(statuses(text), { [a]: 'failed', [b]: 'passed' });
  });

  test('a class that cannot be set up takes all its tests with it', () => {
    const text = `${block('ERROR: setUpClass (queries.tests.QueryTests)')}${closing(0, 'FAILED (errors=1)')}`;
    assert.deepEqual(statuses(text), { [a]: 'error', [b]: 'error' });
  });

  test('a module that cannot be imported takes all its tests with it', () => {
    const text = `${block('ERROR: queries.tests (unittest.loader._FailedTest)')}${closing(1, 'FAILED (errors=1)')}`;
    assert.deepEqual(statuses(text), { [a]: 'error', [b]: 'error' });
  });

  test('a test that does not exist is an error, and the others pass', () => {
    const text = `${block('ERROR: test_b (unittest.loader._FailedTest)')}${closing(2, 'FAILED (errors=1)')}`;
    assert.deepEqual(statuses(text), { [a]: 'passed', [b]: 'error' });
  });

  for (const [what, text, flag] of [
    ['fewer tests than were asked for', `.\n${closing(1, 'OK')}`, 'text_count_differs'],
    ['no tests at all', closing(0, 'OK'), 'text_count_differs'],
    ['more tests than were asked for', `...\n${closing(3, 'OK')}`, 'text_count_differs'],
    ['a failure that no block names', closing(2, 'FAILED (failures=1)'), 'text_failure_unnamed'],
    [
      'OK beside a failure',
      `${block('FAIL: test_a (queries.tests.QueryTests)')}${closing(2, 'OK (failures=1)')}`,
      'text_contradicts_itself',
    ],
  ] as const) {
    test(`${what}: nothing passes`, () => {
      const found = read(text, [a, b]);
      assert.ok(found.flags.includes(flag), found.flags.join());
      assert.ok(Object.values(found.tests).every(({ status }) => status !== 'passed'));
    });
  }

  test('skips are no passes, and without names nobody knows which', () => {
    assert.deepEqual(statuses(`.s\n${closing(2, 'OK (skipped=1)')}`), { [a]: 'skipped', [b]: 'skipped' });
    const named = `test_a (queries.tests.QueryTests) ... skipped 'not here'\ntest_b (queries.tests.QueryTests) ... ok\n`;
    assert.deepEqual(statuses(`${named}${closing(2, 'OK (skipped=1)')}`), { [a]: 'skipped', [b]: 'passed' });
  });

  test('expected failures and unexpected successes are no passes', () => {
    assert.deepEqual(statuses(closing(1, 'OK (expected failures=1)'), [a]), { [a]: 'expected_failure' });
    assert.deepEqual(statuses(closing(1, 'FAILED (unexpected successes=1)'), [a]), {
      [a]: 'unexpected_success',
    });
  });

  test('a run that broke off, and one with two ends, are crashes', () => {
    assert.deepEqual(read('SyntaxError: invalid syntax\n', [a]).ended, 'crashed');
    const twice = read(`${closing(1, 'OK')}F\n${closing(1, 'FAILED (failures=1)')}`, [a]);
    assert.deepEqual([twice.ended, twice.flags], ['crashed', ['text_ambiguous']]);
    assert.equal(read(`printed: Ran 1 test in 0.1s, OK\n${closing(1, 'OK')}`, [a]).ended, 'crashed');
  });
});

describe('a report as the text of Django', () => {
  test('what is written is read back, whatever the statuses', () => {
    for (const one of testStatuses) {
      for (const other of testStatuses) {
        const report = reportOf({ [a]: one, [b]: other });
        const found = read(write(report, { tests: [a, b], wallSeconds: 60 }), [a, b]);
        const verdict = judgeReport(
          { ...report, ...found },
          new Map([
            [a, 'passed'],
            [b, 'passed'],
          ]),
        );
        assert.equal(
          verdict.kind,
          one === 'passed' && other === 'passed' ? 'passed' : 'failed',
          `${one} ${other}`,
        );
        for (const [id, status] of [
          [a, one],
          [b, other],
        ] as const) {
          if (status === 'failed' || status === 'error') assert.equal(found.tests[id]?.status, status);
        }
      }
    }
  });

  test('ends as the original client expects it', () => {
    const text = write(reportOf({ [a]: 'failed', [b]: 'skipped' }), {
      tests: [a, b, 'm.C.test_gone'],
      wallSeconds: 60,
    });
    assert.match(
      text,
      /^={70}\nFAIL: test_a \(queries\.tests\.QueryTests\)\n-{70}\nwhy\n\n-{70}\nRan 3 tests in 1\.000s\n\nFAILED \(failures=1, errors=1, skipped=1\)\n$/m,
    );
    assert.match(text, /^ERROR: test_gone \(m\.C\)$/m);
  });

  test('a hang names the time limit', () => {
    const text = write(reportOf({}, { ended: 'timed_out' }), { tests: [a, b], wallSeconds: 7 });
    assert.match(text, /time limit of 7 seconds[^]*Ran 2 tests in 0\.000s\n\nFAILED \(errors=2\)\n$/);
  });

  test('no tests are no OK', () => {
    assert.match(write(reportOf({}), { tests: [], wallSeconds: 7 }), /\n\nFAILED \(errors=1\)\n$/);
  });

  test('a candidate cannot write the end of the text by its message', () => {
    const message = `boom\n${single}\nRan 1 test in 0.001s\n\nOK\n${block('FAIL: test_b (queries.tests.QueryTests)')}`;
    const report = { ...reportOf({}), tests: { [a]: { status: 'failed' as const, seconds: 0, message } } };
    const text = write(report, { tests: [a], wallSeconds: 7 });
    assert.equal(text.match(/Ran \d+ test/g)?.length, 1);
    assert.equal(text.match(/^OK/gm), null);
    assert.equal(text.match(/^FAIL: /gm)?.length, 1);
    assert.match(text, /\n\nFAILED \(failures=1\)\n$/);
  });
});
