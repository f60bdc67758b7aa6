import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LocatedMethod, ReachingTest } from '../../../src/dataset/builder/reachedTests.ts';
import { isFocused, preferTests } from '../../../src/dataset/builder/preferTests.ts';
import { reachedTests } from '../../../src/dataset/builder/reachedTests.ts';
import type { LabelSurvey } from '../../../src/dataset/builder/surveyLabels.ts';

const located = (name: string, codeLines: readonly number[]): LocatedMethod => ({
  name,
  filePath: 'pkg/a.py',
  method: { codeLines } as unknown as LocatedMethod['method'],
});

const survey: LabelSurvey = {
  label: 'a',
  tests: { 'a.T.test_x': 'passed', 'a.T.test_y': 'passed', 'a.T.test_z': 'failed', 'a.U.test_w': 'passed' },
  unstable: [],
  slow: [],
  contexts: [
    { kind: 'test', id: 'a.T.test_x' },
    { kind: 'test', id: 'a.T.test_y' },
    { kind: 'test', id: 'a.T.test_z' },
    { kind: 'class', id: 'a.T' },
  ],
  files: {
    'pkg/a.py': [
      [0, 3, 4, 10, 12],
      [1, 4, 4],
      [2, 3, 12],
      [3, 20, 21],
    ],
    'pkg/b.py': [[0, 1, 1]],
  },
};

const ids = (tests: readonly ReachingTest[] | undefined): readonly string[] =>
  (tests ?? []).map(({ id }) => id).sort();

test('Tests that pass and run a line of the body reach it; lines are counted from 1 there and from 0 here', () => {
  const methods = [located('m', [2, 3]), located('n', [11]), located('none', [12])];
  const { tests: reached, leftOut } = reachedTests(methods, [survey]);
  assert.deepEqual(ids(reached.get('m')), ['a.T.test_x', 'a.T.test_y']);
  assert.deepEqual(reached.get('m')?.find(({ id }) => id === 'a.T.test_y')?.lines, [3]);
  assert.deepEqual(ids(reached.get('n')), ['a.T.test_x', 'a.T.test_y'].slice(0, 1));
  assert.deepEqual(ids(reached.get('none')), []);
  assert.deepEqual(leftOut, { no_test_reaches_the_body: 1 });
  assert.equal(reached.get('m')?.find(({ id }) => id === 'a.T.test_x')?.breadth, 2);
});

test('What only the set-up of a class reaches is reached by its passing tests', () => {
  const { tests: reached } = reachedTests([located('setup', [19, 20])], [survey]);
  assert.deepEqual(ids(reached.get('setup')), ['a.T.test_x', 'a.T.test_y']);
});

test('Tests that reach few methods are preferred, after those that run lines which few others run', () => {
  const common = Array.from({ length: 10 }, (_, index) => ({
    id: `t${index}`,
    lines: [1],
    breadth: index + 1,
  }));
  const rare = { id: 'rare', lines: [1, 2], breadth: 99 };
  const preferred = preferTests([...common, rare], 7).map(({ id }) => id);
  assert.deepEqual(preferred, ['t0', 't1', 't2', 't3', 't4', 't5', 'rare']);
});

test('Tests that reach many methods are taken only where lines need them', () => {
  const broad = Array.from({ length: 20 }, (_, index) => ({ id: `t${index}`, lines: [1], breadth: 90 }));
  assert.equal(preferTests(broad, 80).length, 6);
  const some = broad.map((each) => ({ ...each, breadth: 40 }));
  assert.equal(preferTests(some, 80).length, 15);
  const focused = [some.slice(0, 5), some.slice(0, 1), some, broad].map(isFocused);
  assert.deepEqual(focused, [true, false, false, false]);
});

test('A method that only failing, slow or unstable tests reach is left out with that reason', () => {
  const contexts = ['slow', 'wobbly', 'red'].map((id) => ({ kind: 'test' as const, id: `a.T.${id}` }));
  const troubled: LabelSurvey = {
    label: 'a',
    tests: { 'a.T.red': 'failed' },
    slow: ['a.T.slow'],
    unstable: ['a.T.wobbly'],
    contexts,
    files: {
      'pkg/a.py': [
        [0, 1, 1, 4, 4],
        [1, 2, 2, 4, 4],
        [2, 3, 3, 4, 4],
      ],
    },
  };
  const methods = [0, 1, 2, 3].map((line) => located(`m${line}`, [line]));
  const { tests, leftOut } = reachedTests(methods, [troubled]);
  assert.equal(tests.size, 0);
  assert.deepEqual(leftOut, {
    only_slow_tests: 1,
    only_unstable_tests: 1,
    only_not_passing_tests: 1,
    only_unusable_tests: 1,
  });
});
