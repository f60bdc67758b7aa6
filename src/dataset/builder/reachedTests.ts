import type { MethodSource } from './findMethods.ts';
import type { LabelSurvey } from './surveyLabels.ts';

/** A candidate method in its file, with a name of its own in the whole repository. */
export interface LocatedMethod {
  readonly name: string;
  readonly filePath: string;
  readonly method: MethodSource;
}

/** A test that passes at baseline and runs a method. */
export interface ReachingTest {
  readonly id: string;
  /** Lines of the method's code that it runs, 0-based. */
  readonly lines: readonly number[];
  /** Files that it runs lines of: a test of few files is about what it tests, and quick. */
  readonly breadth: number;
}

/**
 * By method name, the tests that pass at baseline and run a line of its body. A test whose class reached the method
 * in its set-up counts only where no two tests reach it themselves.
 */
export function reachedTests(
  methods: readonly LocatedMethod[],
  surveys: readonly LabelSurvey[],
): ReadonlyMap<string, readonly ReachingTest[]> {
  const direct = new Map<string, ReachingTest[]>();
  const throughClass = new Map<string, ReachingTest[]>();
  const byFile = Map.groupBy(methods, ({ filePath }) => filePath);
  for (const survey of surveys) {
    const breadths = countFiles(survey);
    for (const [filePath, entries] of Object.entries(survey.files)) {
      for (const { name, method } of byFile.get(filePath) ?? []) {
        for (const [context = -1, ...ranges] of entries) {
          const lines = commonLines(ranges, method.codeLines);
          const found = survey.contexts[context];
          if (found === undefined || lines.length === 0) continue;
          const breadth = breadths.get(context) ?? 0;
          const into = found.kind === 'test' ? direct : throughClass;
          const ids = found.kind === 'test' ? [found.id] : testsOfClass(survey, found.id);
          const passed = ids.filter((id) => survey.tests[id] === 'passed');
          const list = into.get(name) ?? [];
          into.set(name, list);
          for (const id of passed) list.push({ id, lines, breadth });
        }
      }
    }
  }
  const reach = ({ name }: LocatedMethod): [string, readonly ReachingTest[]] => {
    const own = mergeById(direct.get(name) ?? []);
    return [name, own.length >= 2 ? own : mergeById([...own, ...(throughClass.get(name) ?? [])])];
  };
  return new Map(methods.map(reach));
}

/** Tests that a split chooses from: enough to fill both sides. */
export const poolSize = 80;

/** How often each line of a method should be run before tests are preferred for their focus alone. */
const wantedRunsPerLine = 6;

/**
 * The most useful tests of a method, best first: those of few files first, and before all others those that run
 * lines which too few of the chosen ones run.
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

/** Tests that run lines of more files test a system, not a method. */
const focusedBreadth = 40;

/** Whether the tests that would be chosen for a method are about few files, by their median. */
export function isFocused(tests: readonly ReachingTest[]): boolean {
  const breadths = preferTests(tests, poolSize).map(({ breadth }) => breadth);
  breadths.sort((a, b) => a - b);
  return (breadths[Math.floor(breadths.length / 2)] ?? Infinity) <= focusedBreadth;
}

function countFiles(survey: LabelSurvey): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const entries of Object.values(survey.files)) {
    for (const [context = -1] of entries) counts.set(context, (counts.get(context) ?? 0) + 1);
  }
  return counts;
}

function testsOfClass(survey: LabelSurvey, name: string): readonly string[] {
  return Object.keys(survey.tests).filter((id) => id.slice(0, id.lastIndexOf('.')) === name);
}

function mergeById(tests: readonly ReachingTest[]): readonly ReachingTest[] {
  const merged = new Map<string, ReachingTest>();
  for (const test of tests) {
    const earlier = merged.get(test.id);
    const lines = [...new Set([...(earlier?.lines ?? []), ...test.lines])];
    merged.set(test.id, { ...test, lines, breadth: Math.max(earlier?.breadth ?? 0, test.breadth) });
  }
  return [...merged.values()];
}

/** The 0-based lines that a list `first, last, first, last, …` of 1-based ranges holds. */
function commonLines(ranges: readonly number[], lines: readonly number[]): readonly number[] {
  return lines.filter((line) => {
    for (let index = 0; index + 1 < ranges.length; index += 2) {
      if (line + 1 >= (ranges[index] ?? 0) && line + 1 <= (ranges[index + 1] ?? 0)) return true;
    }
    return false;
  });
}
