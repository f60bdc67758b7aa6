import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maxHeldOut, maxVisible, splitTests } from '../../../src/dataset/builder/splitTests.ts';

const named = (ids: readonly string[]): { id: string; source: null }[] =>
  ids.map((id) => ({ id, source: null }));

const many = (classes: number, methods: number): { id: string; source: null }[] =>
  named(
    Array.from({ length: classes * methods }, (_, index) => {
      const group = index % classes;
      return `app.tests.Case${group}.test_${group}_${Math.floor(index / classes)}`;
    }),
  );

test('Half of the tests are held out, in whole classes', () => {
  const split = splitTests(many(10, 3), 'a');
  assert.ok(split);
  assert.equal(split.heldOut.length, 15);
  assert.equal(split.visible.length, 15);
  const classOf = (id: string): string => id.split('.').slice(0, -1).join('.');
  const visible = new Set(split.visible.map(classOf));
  assert.ok(split.heldOut.every((id) => !visible.has(classOf(id))));
});

test('Sizes are bounded, and each side keeps the preferred tests', () => {
  const tests = many(30, 10);
  const split = splitTests(tests, 'a');
  assert.equal(split?.heldOut.length, maxHeldOut);
  assert.equal(split?.visible.length, maxVisible);
  const order = tests.map(({ id }) => id);
  const worst = Math.max(...(split?.visible ?? []).map((id) => order.indexOf(id)));
  const skipped = order.slice(0, worst).filter((id) => split?.visible.includes(id) === false);
  const classesOfVisible = new Set(split?.visible.map((id) => id.split('.')[2]));
  for (const id of skipped) assert.ok(!classesOfVisible.has(id.split('.')[2]), `${id} was passed over`);
});

test('Inherited twins stay together, by name or by the source that is told', () => {
  const twins = named(['m.A.test_x', 'm.B.test_x', 'm.C.test_y', 'm.D.test_y', 'm.E.test_z', 'm.F.test_w']);
  for (const seed of ['1', '2', '3', '4', '5']) {
    const split = splitTests(twins, seed);
    assert.ok(split);
    for (const name of ['test_x', 'test_y']) {
      const sides: (readonly string[])[] = [split.visible, split.heldOut];
      const holding = sides.filter((side) => side.some((id) => id.endsWith(name)));
      assert.equal(holding.length, 1);
    }
  }
  const told = ['m.A.test_1', 'm.B.test_2', 'm.C.test_3'].map((id) => ({ id, source: 'mixin:12' }));
  assert.equal(splitTests(told, '1'), null);
});

test('One class alone is split test by test', () => {
  const split = splitTests(many(1, 8), 'a');
  assert.equal(split?.heldOut.length, 4);
  assert.equal(split?.visible.length, 4);
});

test('One large class does not leave the other side nearly empty', () => {
  const large = many(1, 30);
  const split = splitTests([...large, ...named(['n.Small.test_q'])], 'a');
  assert.ok(split && split.heldOut.length >= 7 && split.visible.length >= 7);
});

test('A single test is visible, and nothing is held out; no test gives no split', () => {
  assert.deepEqual(splitTests(named(['m.A.test_x']), 'a'), { visible: ['m.A.test_x'], heldOut: [] });
  assert.equal(splitTests([], 'a'), null);
});

test('The same seed gives the same split, another seed another one', () => {
  assert.deepEqual(splitTests(many(10, 3), 'a'), splitTests(many(10, 3), 'a'));
  assert.notDeepEqual(splitTests(many(10, 3), 'a'), splitTests(many(10, 3), 'b'));
});

test('Visible tests are spread over classes, whatever the order of preference', () => {
  const big = Array.from({ length: 60 }, (_, index) => ({ id: `a.Big.test_${index}`, source: null }));
  const small = ['B', 'C', 'D', 'E', 'F', 'G'].flatMap((name) =>
    Array.from({ length: 10 }, (_, index) => ({ id: `a.${name}.test_${name}_${index}`, source: null })),
  );
  const split = splitTests([...big, ...small], '1');
  assert.ok(split);
  assert.equal(split.visible.length, 20);
  const counts = Map.groupBy(split.visible, (id) => id.split('.')[1]);
  const sizes = [...counts.values()].map((tests) => tests.length);
  assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1 || sizes.length === 1, JSON.stringify(sizes));
});
