import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LocatedMethod, ReachingTest } from '../../../src/dataset/builder/reachedTests.ts';
import { preferTests, reachedTests } from '../../../src/dataset/builder/reachedTests.ts';
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
  const reached = reachedTests([located('m', [2, 3]), located('n', [11]), located('none', [12])], [survey]);
  assert.deepEqual(ids(reached.get('m')), ['a.T.test_x', 'a.T.test_y']);
  assert.deepEqual(reached.get('m')?.find(({ id }) => id === 'a.T.test_y')?.lines, [3]);
  assert.deepEqual(ids(reached.get('n')), ['a.T.test_x', 'a.T.test_y'].slice(0, 1));
  assert.deepEqual(ids(reached.get('none')), []);
  assert.equal(reached.get('m')?.find(({ id }) => id === 'a.T.test_x')?.breadth, 2);
});

test('What only the set-up of a class reaches is reached by its passing tests', () => {
  const reached = reachedTests([located('setup', [19, 20])], [survey]);
  assert.deepEqual(ids(reached.get('setup')), ['a.T.test_x', 'a.T.test_y']);
});

test('Tests of few files are preferred, after those that run lines which few others run', () => {
  const common = Array.from({ length: 10 }, (_, index) => ({
    id: `t${index}`,
    lines: [1],
    breadth: index + 1,
  }));
  const rare = { id: 'rare', lines: [1, 2], breadth: 99 };
  const preferred = preferTests([...common, rare], 7).map(({ id }) => id);
  assert.deepEqual(preferred, ['t0', 't1', 't2', 't3', 't4', 't5', 'rare']);
});
