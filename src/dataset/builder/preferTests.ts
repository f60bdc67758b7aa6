import type { ReachingTest } from './reachedTests.ts';

/** Tests that a split chooses from: enough to fill both sides. */
export const poolSize = 80;

/** How often each line of a method should be run before tests are preferred for their focus alone. */
const wantedRunsPerLine = 6;

/**
 * The most useful tests of a method, best first: those that reach few other methods first, and before all others those
 * that run lines which too few of the chosen ones run.
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
  return [...needed, ...others].slice(0, limit);
}

/** Tests that run lines of more methods test a system, not a method. */
const focusedBreadth = 120;

/** Whether the tests that would be chosen for a method are about few methods, by their median. */
export function isFocused(tests: readonly ReachingTest[]): boolean {
  const breadths = preferTests(tests, poolSize).map(({ breadth }) => breadth);
  breadths.sort((a, b) => a - b);
  return (breadths[Math.floor(breadths.length / 2)] ?? Infinity) <= focusedBreadth;
}
