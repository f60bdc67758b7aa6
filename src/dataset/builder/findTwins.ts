import { join } from 'node:path';
import type { PreparedEnvironment } from '../../ports/sandbox.ts';
import type { LocatedMethod } from './reachedTests.ts';
import { listFiles, readText } from './readSources.ts';

/** Files of the tree that a candidate can read and that people read code in. */
const readable = /\.(py|pyi|txt|rst|md)$/;

/** What of the methods stands in the source tree a second time. */
export interface Twins {
  /** Names of methods whose whole code does: such an answer only has to be looked up. */
  readonly whole: ReadonlySet<string>;
  /** By method name, the share of its lines of code that do; short lines say nothing and do not count. */
  readonly recurringLines: ReadonlyMap<string, number>;
}

/** Shorter lines are the same everywhere: `return self`, `else:`. */
const tellingCharacters = 16;

/** Looks for the methods' code in the whole tree, comments, blank lines and indentation aside, in documentation as well. */
export async function findTwins(
  environment: PreparedEnvironment,
  methods: readonly LocatedMethod[],
  sources: ReadonlyMap<string, string>,
): Promise<Twins> {
  const wanted = methods.map((located) => ({ name: located.name, code: codeOf(located, sources) }));
  const byFirstLine = Map.groupBy(wanted, ({ code }) => code[0] ?? '');
  const timesSeen = new Map(wanted.flatMap(({ code }) => code.map((line): [string, number] => [line, 0])));
  const seen = new Map<string, number>();
  for (const path of await listFiles(environment, ['.'], readable)) {
    const text = sources.get(path) ?? (await readText(join(environment.sourceRoot, path)));
    const lines = significantLines((text ?? '').split('\n'));
    for (const [place, line] of lines.entries()) {
      const times = timesSeen.get(line);
      if (times !== undefined) timesSeen.set(line, times + 1);
      for (const { name, code } of byFirstLine.get(line) ?? []) {
        const isHere = code.every((each, offset) => lines[place + offset] === each);
        if (isHere) seen.set(name, (seen.get(name) ?? 0) + 1);
      }
    }
  }
  return {
    whole: new Set([...seen].filter(([, count]) => count > 1).map(([name]) => name)),
    recurringLines: new Map(wanted.map(({ name, code }) => [name, recurringShare(code, timesSeen)])),
  };
}

function recurringShare(code: readonly string[], timesSeen: ReadonlyMap<string, number>): number {
  const telling = [...new Set(code)].filter((line) => line.length >= tellingCharacters);
  const recurring = telling.filter((line) => {
    const own = code.filter((each) => each === line).length;
    return (timesSeen.get(line) ?? 0) > own;
  });
  return telling.length === 0 ? 0 : Math.round((100 * recurring.length) / telling.length) / 100;
}

function codeOf(
  { filePath, method }: LocatedMethod,
  sources: ReadonlyMap<string, string>,
): readonly string[] {
  const lines = (sources.get(filePath) ?? '').split('\n');
  const first = method.codeLines[0] ?? 0;
  return significantLines(lines.slice(first, method.definition.endLine + 1));
}

function significantLines(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
}
