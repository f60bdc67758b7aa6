import { seededOrder } from './seededOrder.ts';
import { nameOfTest, ownerOfTest } from './testIds.ts';

/** What the split needs to know of a test. */
export interface SplittableTest {
  readonly id: string;
  /** Where the test's code is defined; inherited twins share it. Null: told by the test's name. */
  readonly source: string | null;
}

export interface TestSplit {
  readonly visible: readonly string[];
  readonly heldOut: readonly string[];
}

export const maxVisible = 20;
export const maxHeldOut = 40;

/**
 * Sets tests aside that only grade: half, at most 40, chosen first; at most 20 of the others are visible. Tests that
 * share a class or inherited code stay on one side; where all are of one such family, only twins stay together.
 * The tests come in order of preference: each side keeps its first ones, the visible ones spread over classes. Null when the tests cannot be put on two
 * sides. A single test is visible.
 */
export function splitTests(tests: readonly SplittableTest[], seed: string): TestSplit | null {
  const [only] = tests;
  if (only === undefined) return null;
  if (tests.length === 1) return { visible: [only.id], heldOut: [] };
  const families = groupTests(tests, (test) => [`class ${ownerOfTest(test.id)}`, `source ${sourceOf(test)}`]);
  const twins = groupTests(tests, (test) => [`source ${sourceOf(test)}`]);
  const sides = sideBalanced(families, seed) ?? sideBalanced(twins, seed) ?? sideNonEmpty(families, seed);
  const chosen = sides ?? sideNonEmpty(twins, seed);
  if (chosen === null) return null;
  const preference = new Map(tests.map((test, index) => [test, index]));
  return {
    heldOut: take(inOrder(chosen.heldOut, preference), maxHeldOut),
    visible: take(overClasses(inOrder(chosen.visible, preference)), maxVisible),
  };
}

interface Sides {
  readonly heldOut: readonly SplittableTest[];
  readonly visible: readonly SplittableTest[];
}

/** A split in which either side has at least a quarter of the tests, or as many as it can use. */
function sideBalanced(groups: readonly (readonly SplittableTest[])[], seed: string): Sides | null {
  const sides = sideNonEmpty(groups, seed);
  if (sides === null) return null;
  const quarter = Math.floor((sides.heldOut.length + sides.visible.length) / 4);
  const enough =
    sides.heldOut.length >= Math.min(quarter, maxHeldOut) &&
    sides.visible.length >= Math.min(quarter, maxVisible);
  return enough ? sides : null;
}

/** Fills the held-out side group by group up to half, the groups in seeded order. */
function sideNonEmpty(groups: readonly (readonly SplittableTest[])[], seed: string): Sides | null {
  const total = groups.reduce((sum, group) => sum + group.length, 0);
  const half = Math.floor(total / 2);
  const heldOut: SplittableTest[] = [];
  const visible: SplittableTest[] = [];
  for (const group of seededOrder(groups, (tests) => tests[0]?.id ?? '', seed)) {
    const side = heldOut.length + group.length <= half ? heldOut : visible;
    side.push(...group);
  }
  if (visible.length === 0) return null;
  if (heldOut.length > 0) return { heldOut, visible };
  const smallest = [...groups].sort((a, b) => a.length - b.length)[0];
  if (smallest === undefined || groups.length < 2) return null;
  const aside = new Set(smallest);
  return { heldOut: [...smallest], visible: visible.filter((test) => !aside.has(test)) };
}

function inOrder(
  side: readonly SplittableTest[],
  preference: ReadonlyMap<SplittableTest, number>,
): readonly SplittableTest[] {
  const rank = (test: SplittableTest): number => preference.get(test) ?? 0;
  return [...side].sort((a, b) => rank(a) - rank(b));
}

/** Classes take turns, so that one with many tests does not crowd out the others. */
function overClasses(tests: readonly SplittableTest[]): readonly SplittableTest[] {
  const turns = new Map<SplittableTest, number>();
  for (const ofClass of Map.groupBy(tests, ({ id }) => ownerOfTest(id)).values()) {
    for (const [turn, test] of ofClass.entries()) turns.set(test, turn);
  }
  return [...tests].sort((a, b) => (turns.get(a) ?? 0) - (turns.get(b) ?? 0));
}

/** The ids of the first `limit` tests, sorted. */
function take(tests: readonly SplittableTest[], limit: number): readonly string[] {
  return tests
    .slice(0, limit)
    .map(({ id }) => id)
    .sort();
}

/** Connected groups: two tests are together when they share any key. */
function groupTests(
  tests: readonly SplittableTest[],
  keysOf: (test: SplittableTest) => readonly string[],
): readonly (readonly SplittableTest[])[] {
  const groupOfKey = new Map<string, Set<SplittableTest>>();
  for (const test of [...tests].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const touched = keysOf(test).flatMap((key) => [...(groupOfKey.get(key) ?? [])]);
    const merged = new Set<SplittableTest>([...touched, test]);
    for (const member of merged) for (const key of keysOf(member)) groupOfKey.set(key, merged);
  }
  return [...new Set(groupOfKey.values())].map((group) => [...group]);
}

function sourceOf(test: SplittableTest): string {
  return test.source ?? nameOfTest(test.id);
}
