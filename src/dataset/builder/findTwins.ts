import { join } from 'node:path';
import type { PreparedEnvironment } from '../../ports/sandbox.ts';
import type { LocatedMethod } from './reachedTests.ts';
import { listFiles, readText } from './readSources.ts';

/** Files of the tree that a candidate can read and that people read code in. */
const readable = /\.(py|pyi|txt|rst|md)$/;

/**
 * Names of the methods whose code stands in the source tree more than once, comments, blank lines and indentation
 * aside: such an answer only has to be looked up. Documentation counts as well as code.
 */
export async function findTwins(
  environment: PreparedEnvironment,
  methods: readonly LocatedMethod[],
  sources: ReadonlyMap<string, string>,
): Promise<ReadonlySet<string>> {
  const wanted = methods.map((located) => ({ name: located.name, code: codeOf(located, sources) }));
  const byFirstLine = Map.groupBy(wanted, ({ code }) => code[0] ?? '');
  const seen = new Map<string, number>();
  for (const path of await listFiles(environment, ['.'], readable)) {
    const text = sources.get(path) ?? (await readText(join(environment.sourceRoot, path)));
    const lines = significantLines((text ?? '').split('\n'));
    for (const [place, line] of lines.entries()) {
      for (const { name, code } of byFirstLine.get(line) ?? []) {
        const isHere = code.every((each, offset) => lines[place + offset] === each);
        if (isHere) seen.set(name, (seen.get(name) ?? 0) + 1);
      }
    }
  }
  return new Set([...seen].filter(([, count]) => count > 1).map(([name]) => name));
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
