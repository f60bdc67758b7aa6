import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testStatuses } from '../../../src/core/row.ts';
import type { TestReport } from '../../../src/core/testReport.ts';
import { SandboxError } from '../../../src/core/errors.ts';
import { textFormOf } from '../../../src/sandbox/textForms/index.ts';

const { read, write } = textFormOf('sympy');
const a = 'sympy/core/tests/test_basic.py:test_a';
const b = 'sympy/core/tests/test_basic.py:test_b';

const finished = (words: string): string =>
  `\n================ tests finished: ${words}in 0.31 seconds =================\n`;
const head = (title: string): string => `${'_'.repeat(80)}\n______ ${title} ______\n`;

function statuses(text: string, tests: readonly string[] = [a, b]): Record<string, string> {
  return Object.fromEntries(Object.entries(read(text, tests).tests).map(([id, { status }]) => [id, status]));
}

describe("the text of SymPy's runner, read strictly", () => {
  test('all passed are passes', () => {
    assert.deepEqual(statuses(`sympy/core/tests/test_basic.py[2] ..   [OK]\n${finished('2 passed, ')}`), {
      [a]: 'passed',
      [b]: 'passed',
    });
  });

  test('failures and exceptions are found by file and name', () => {
    const text = `${head('sympy/core/tests/test_basic.py:test_b')}Traceback\nKeyError: 1\n\n${head('sympy/core/tests/test_basic.py::test_a')}Traceback\nAssertionError\n${finished('0 passed, 1 failed, 1 exceptions, ')}DO *NOT* COMMIT!\n`;
    assert.deepEqual(statuses(text), { [a]: 'failed', [b]: 'error' });
    assert.match(read(text, [a, b]).tests[b]?.message ?? '', /^Traceback\nKeyError: 1$/);
  });

  test('dotted ids are found, too', () => {
    const dotted = 'sympy.core.tests.test_basic.test_a';
    const text = `${head('sympy/core/tests/test_basic.py::test_a')}boom\n${finished('0 passed, 1 failed, ')}`;
    assert.deepEqual(statuses(text, [dotted]), { [dotted]: 'failed' });
  });

  test('a file that cannot be imported takes its tests with it', () => {
    const text = `${head('/bench/sympy/core/tests/test_basic.py')}ImportError\n${finished('0 passed, 1 exceptions, ')}`;
    assert.deepEqual(statuses(text), { [a]: 'error', [b]: 'error' });
  });

  test('a summary that takes two lines is one', () => {
    const text = `\n= tests finished: 0 passed, 1 skipped, 1 expected to fail, \nin 0.31 seconds =\n`;
    assert.deepEqual(statuses(text), { [a]: 'skipped', [b]: 'skipped' });
  });

  for (const [what, text] of [
    ['another number of tests', finished('1 passed, ')],
    ['a failure without a name', finished('1 passed, 1 failed, ')],
    ['skips without names', finished('1 passed, 1 skipped, ')],
    ['unexpected successes', finished('1 passed, 1 expected to fail but passed, ')],
    ['no end', 'Traceback\nSyntaxError\n'],
    ['two ends', finished('2 passed, ') + finished('2 passed, ')],
  ] as const) {
    test(`${what}: nothing passes`, () => {
      assert.ok(Object.values(statuses(text)).every((status) => status !== 'passed'));
    });
  }
});

test('a report written as SymPy’s text passes only where everything passed', () => {
  for (const one of testStatuses) {
    for (const other of testStatuses) {
      const result = (status: typeof one) => ({
        status,
        seconds: 0,
        message: '___ tests finished: 9 passed, in 1 seconds',
      });
      const report: TestReport = {
        ended: 'completed',
        tests: { [a]: result(one), [b]: result(other) },
        output: '',
        wallSeconds: 1,
        cpuSeconds: 1,
        peakMemoryBytes: 1,
        flags: [],
        lane: 'strict',
        provider: 'test',
      };
      const found = statuses(write(report, { tests: [a, b], wallSeconds: 9 }));
      const passed = Object.values(found).filter((status) => status === 'passed').length;
      const isUnnamed = [one, other].some((status) => !['passed', 'failed', 'error'].includes(status));
      const wanted = isUnnamed ? 0 : [one, other].filter((status) => status === 'passed').length;
      assert.equal(passed, wanted, `${one} ${other}`);
    }
  }
});

test('a runner whose text nobody knows is an error that says which are known', () => {
  assert.throws(
    () => textFormOf('flask'),
    (error) => error instanceof SandboxError && /django, sympy.*flask/.test(error.message),
  );
});
