import { countInto } from './funnel.ts';
import type { MethodSource } from './findMethods.ts';
import { ownerOfTest } from './testIds.ts';
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
  /** Methods that it runs lines of: a test of few methods is about what it tests, and quick. */
  readonly breadth: number;
}

/** Who reaches what. */
export interface Reach {
  /** By method name; only methods that a test reaches which passes at baseline. */
  readonly tests: ReadonlyMap<string, readonly ReachingTest[]>;
  /** The other methods, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/**
 * By method name, the tests that pass at baseline and run a line of its body. A test whose class reached the method
 * in its set-up counts only where no two tests reach it themselves.
 */
export function reachedTests(methods: readonly LocatedMethod[], surveys: readonly LabelSurvey[]): Reach {
  const ledger: Ledger = { direct: new Map(), throughClass: new Map(), failing: new Map() };
  const byFile = Map.groupBy(methods, ({ filePath }) => filePath);
  for (const survey of surveys) readSurvey(survey, byFile, ledger);
  const tests = new Map<string, readonly ReachingTest[]>();
  const leftOut: Record<string, number> = {};
  for (const { name } of methods) {
    const own = mergeById(ledger.direct.get(name) ?? []);
    const all = own.length >= 2 ? own : mergeById([...own, ...(ledger.throughClass.get(name) ?? [])]);
    if (all.length > 0) tests.set(name, all);
    else countInto(leftOut, whyUnreached(ledger.failing.get(name)));
  }
  return { tests, leftOut };
}

interface Ledger {
  readonly direct: Map<string, ReachingTest[]>;
  readonly throughClass: Map<string, ReachingTest[]>;
  /** By method name, what is wrong with the tests that reach it and do not count. */
  readonly failing: Map<string, Set<string>>;
}

function readSurvey(
  survey: LabelSurvey,
  byFile: ReadonlyMap<string, readonly LocatedMethod[]>,
  ledger: Ledger,
): void {
  const reached = runMethods(survey, byFile);
  const breadths = new Map<number, number>();
  for (const { context } of reached) breadths.set(context, (breadths.get(context) ?? 0) + 1);
  const testsOfClass = Map.groupBy(Object.keys(survey.tests), ownerOfTest);
  for (const { context, name, lines } of reached) {
    const found = survey.contexts[context];
    if (found === undefined) continue;
    const into = found.kind === 'test' ? ledger.direct : ledger.throughClass;
    const ids = found.kind === 'test' ? [found.id] : (testsOfClass.get(found.id) ?? []);
    const breadth = breadths.get(context) ?? 0;
    for (const id of ids) {
      const trouble = troubleOf(survey, id);
      if (trouble === null) append(into, name, { id, lines, breadth });
      else ledger.failing.set(name, (ledger.failing.get(name) ?? new Set()).add(trouble));
    }
  }
}

function append<Item>(lists: Map<string, Item[]>, name: string, item: Item): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [item]);
  else list.push(item);
}

/** What ran which method's lines. */
function runMethods(
  survey: LabelSurvey,
  byFile: ReadonlyMap<string, readonly LocatedMethod[]>,
): readonly { readonly context: number; readonly name: string; readonly lines: readonly number[] }[] {
  return Object.entries(survey.files).flatMap(([filePath, entries]) => {
    const located = byFile.get(filePath) ?? [];
    if (located.length === 0) return [];
    return entries.flatMap(([context = -1, ...ranges]) => {
      const ran = new Set<number>();
      for (let index = 0; index + 1 < ranges.length; index += 2) {
        for (let line = ranges[index] ?? 0; line <= (ranges[index + 1] ?? -1); line += 1) ran.add(line - 1);
      }
      return located.flatMap(({ name, method }) => {
        const lines = method.codeLines.filter((line) => ran.has(line));
        return lines.length === 0 ? [] : [{ context, name, lines }];
      });
    });
  });
}

function troubleOf({ tests, slow, unstable }: LabelSurvey, id: string): string | null {
  if (tests[id] === 'passed') return null;
  if (slow.includes(id)) return 'slow';
  return unstable.includes(id) ? 'unstable' : 'not_passing';
}

/** Tests that need a network do not pass: there is none in the sandbox. */
function whyUnreached(troubles: ReadonlySet<string> | undefined): string {
  if (troubles === undefined) return 'no_test_reaches_the_body';
  const [only] = troubles;
  return troubles.size === 1 && only !== undefined ? `only_${only}_tests` : 'only_unusable_tests';
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
