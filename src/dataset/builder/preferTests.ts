import type { ReachingTest } from './reachedTests.ts';

/** Tests that a split chooses from: enough to fill both sides. */
export const poolSize = 80;

/** How often each line of a method should be run before tests are preferred for their focus alone. */
const wantedRunsPerLine = 6;

/** Methods that the chosen tests of one method reach together: what reaches much takes long, and clocks differ where this does not. */
const mostReached = 600;

/**
 * The most useful tests of a method, best first: those that reach few other methods first, and before all others those
 * that run lines which too few of the chosen ones run. The others are taken as long as all of them reach little.
 */
export function preferTests(tests: readonly ReachingTest[], limit: number): readonly ReachingTest[] {
  const focused = [...tests].sort((a, b) => a.breadth - b.breadth || (a.id < b.id ? -1 : 1));
  const runs = new Map<number, number>();
  const needed: ReachingTest[] = [];
  const others: ReachingTest[] = [];
  for (const test of focused) {
    const isNeeded = test.lines.some((line) => (runs.get(line) ?? 0) < wantedRunsPerLine);
    (isNeeded ? needed : others).push(test);
    if (isNeeded) for (const line of test.lines) runs.set(line, (runs.get(line) ?? 0) + 1);
  }
  return [...needed, ...affordable(others, mostReached - reachedBy(needed))].slice(0, limit);
}

/** The first of them, which reach least, up to so many methods together. */
function affordable(tests: readonly ReachingTest[], most: number): readonly ReachingTest[] {
  let reached = 0;
  const end = tests.findIndex(({ breadth }) => (reached += breadth) > most);
  return end === -1 ? tests : tests.slice(0, end);
}

function reachedBy(tests: readonly ReachingTest[]): number {
  return tests.reduce((sum, { breadth }) => sum + breadth, 0);
}

/** Half of what is affordable: such rows are graded quickly. */
const focusedReach = 300;

/** Whether the tests that would be chosen for a method are about few methods, and some can be held out. */
export function isFocused(tests: readonly ReachingTest[]): boolean {
  return tests.length >= 2 && reachedBy(preferTests(tests, poolSize)) <= focusedReach;
}
