import type { ConformanceCase } from './case.ts';
import { test } from './candidates.ts';

const missing = test.replace('test_phone2numeric', 'test_nothing');
const passed = { [test]: 'passed' } as const;
const error = { [test]: 'error' } as const;
const short = { cpuSeconds: 2 };

/** Must pass, whatever ran before it. */
export const reference: ConformanceCase = {
  name: 'the reference',
  statements: 'pass',
  ended: 'completed',
  statuses: passed,
  output: /^$/,
};

/** Candidates that are wrong, broken, or that do not come to an end. */
export const verdictCases: readonly ConformanceCase[] = [
  {
    name: 'a wrong value',
    statements: "return 'x'",
    ended: 'completed',
    statuses: { [test]: 'failed' },
    message: /AssertionError: 'x' != '0800 3569377'/,
  },
  {
    name: 'an exception',
    statements: "raise ValueError('at ' + hex(id(phone)))",
    ended: 'completed',
    statuses: error,
    message: /File "django\/utils\/text\.py".*raise ValueError.*ValueError: at 0x0/s,
  },
  {
    name: 'a skip',
    statements: "import unittest\nraise unittest.SkipTest('not today')",
    ended: 'completed',
    statuses: { [test]: 'skipped' },
  },
  {
    name: 'a syntax error',
    where: 'module',
    statements: 'def broken(:',
    ended: 'completed',
    statuses: error,
    message: /SyntaxError/,
  },
  {
    name: 'an import that is not there',
    where: 'module',
    statements: 'import nothing_of_this_name',
    ended: 'completed',
    statuses: error,
    message: /No module named 'nothing_of_this_name'/,
  },
  { name: 'no tests', statements: 'pass', tests: [], ended: 'completed', statuses: {} },
  {
    name: 'a test that is not there',
    statements: 'pass',
    tests: [missing],
    ended: 'completed',
    statuses: { [missing]: 'error' },
  },
  { name: 'an endless loop', statements: 'while True: pass', limits: short, ended: 'timed_out' },
  {
    name: 'an endless loop that ignores SIGXCPU',
    statements: 'import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass',
    limits: short,
    ended: 'timed_out',
  },
  {
    name: 'a long sleep',
    statements: 'import time\ntime.sleep(600)',
    limits: { wallSeconds: 8 },
    ended: 'timed_out',
    flag: 'stopped_wall',
  },
  {
    name: 'an allocation above the limit',
    statements: 'keep = bytearray(1 << 30)',
    ended: 'out_of_memory',
  },
  {
    name: 'growing lists',
    statements: 'keep = []\nwhile True: keep.append(bytes(1 << 20))',
    ended: 'out_of_memory',
  },
  {
    name: 'unicode in output and message',
    statements:
      "print('naïve \\u2603 \\U0001f600 \\udc80'.encode('utf-8', 'replace').decode())\nraise Exception('\\u2603 \\U0001f600')",
    ended: 'completed',
    statuses: error,
    message: /Exception: ☃ 😀/u,
    output: /naïve ☃ 😀 \?/u,
  },
  {
    name: 'a traceback without end',
    statements: 'return phone2numeric(phone)',
    ended: 'completed',
    statuses: error,
    message: /RecursionError/,
  },
  {
    name: 'a message of a megabyte',
    statements: "raise Exception('x' * (1 << 20))",
    ended: 'completed',
    statuses: error,
    message: /^….{4000,}$/s,
  },
];
