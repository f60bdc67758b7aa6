import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderByStrata } from '../../../src/dataset/builder/orderByStrata.ts';
import type { LocatedMethod, ReachingTest } from '../../../src/dataset/builder/reachedTests.ts';

const located = (filePath: string, lines: number, index: number): LocatedMethod => ({
  name: `${filePath} ${lines} ${index}`,
  filePath,
  method: {
    codeLines: Array.from({ length: lines }, (_, line) => line),
  } as unknown as LocatedMethod['method'],
});
const many = (filePath: string, lines: number, count: number): LocatedMethod[] =>
  Array.from({ length: count }, (_, index) => located(filePath, lines, index));

const methods = [...many('p/db/a.py', 3, 60), ...many('p/db/b.py', 30, 20), ...many('p/forms/c.py', 3, 20)];

test('Every beginning of the order has each part and size in its share of the whole', () => {
  const ordered = orderByStrata(methods, new Map(), '1');
  assert.equal(new Set(ordered).size, 100);
  for (const size of [10, 25, 50]) {
    const begun = ordered.slice(0, size);
    const share = (prefix: string): number =>
      begun.filter(({ name }) => name.startsWith(prefix)).length / size;
    assert.ok(Math.abs(share('p/db/a.py') - 0.6) <= 0.1, `${size}: ${share('p/db/a.py')}`);
    assert.ok(Math.abs(share('p/forms/') - 0.2) <= 0.1, `${size}: ${share('p/forms/')}`);
  }
});

test('The seed decides the order in a stratum, and methods whose tests are about them come first', () => {
  const names = (seed: string): string[] => orderByStrata(methods, new Map(), seed).map(({ name }) => name);
  assert.deepEqual(names('1'), names('1'));
  assert.notDeepEqual(names('1'), names('2'));
  const chosen = methods[37];
  assert.ok(chosen);
  const reached = new Map<string, readonly ReachingTest[]>([
    [chosen.name, ['t', 'u'].map((id) => ({ id, lines: [0], breadth: 2 }))],
  ]);
  const ofStratum = orderByStrata(methods, reached, '1').filter(({ filePath }) => filePath === 'p/db/a.py');
  assert.equal(ofStratum[0], chosen);
});
