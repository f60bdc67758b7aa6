import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { DatasetError } from '../../core/errors.ts';
import type { PreparedEnvironment } from '../../ports/sandbox.ts';
import type { PythonParser } from '../../python/pythonTypes.ts';
import { countInto } from './funnel.ts';

/** The repository's files that rows may come from. */
export interface SourceFiles {
  readonly files: number;
  /** Text by path in the source tree, sorted. */
  readonly sources: ReadonlyMap<string, string>;
  /** Too long to be shown whole; their functions are counted. */
  readonly long: ReadonlyMap<string, string>;
  readonly leftOut: Readonly<Record<string, number>>;
}

const targetsSchema = z.array(z.string()).min(1);

/** Reads the Python files below the repository's target folders; those that cannot be used are counted with the reason. */
export async function readSources(
  environment: PreparedEnvironment,
  { parser, maxCharacters }: { readonly parser: PythonParser; readonly maxCharacters: number },
): Promise<SourceFiles> {
  const targets = targetsSchema.safeParse(environment.adapterOptions['targets']);
  if (!targets.success) {
    throw new DatasetError(`The environment of ${environment.name} names no targets. Build it again.`);
  }
  const paths = await listFiles(environment, targets.data, /\.py$/);
  const sources = new Map<string, string>();
  const long = new Map<string, string>();
  const leftOut: Record<string, number> = {};
  for (const path of paths) {
    const text = isTestFile(path) ? null : await readText(join(environment.sourceRoot, path));
    const reason = isTestFile(path) ? 'file_of_tests' : whyUnusable(parser, text);
    if (reason !== null) countInto(leftOut, reason);
    else if (text !== null) (text.length > maxCharacters ? long : sources).set(path, text);
  }
  return { files: paths.length, sources, long, leftOut };
}

/** Paths of the files below folders (or of the files named) in the source tree whose name matches, sorted. */
export async function listFiles(
  { sourceRoot }: PreparedEnvironment,
  folders: readonly string[],
  name: RegExp,
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const folder of folders) {
    const root = join(sourceRoot, folder);
    const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => null);
    if (entries === null && name.test(folder)) found.add(folder);
    for (const entry of entries ?? []) {
      if (entry.isFile() && name.test(entry.name))
        found.add(relative(sourceRoot, join(entry.parentPath, entry.name)));
    }
  }
  return [...found].sort();
}

/** The text of a file, or null when it is not UTF-8. */
export async function readText(path: string): Promise<string | null> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function isTestFile(path: string): boolean {
  const parts = path.split('/');
  return parts.includes('tests') || /^(test_.*|.*_test|conftest)\.py$/.test(parts.at(-1) ?? '');
}

function whyUnusable(parser: PythonParser, text: string | null): string | null {
  if (text === null) return 'file_not_utf8';
  if (text.startsWith('\ufeff')) return 'file_with_byte_order_mark';
  if (text.includes('\r')) return 'file_with_carriage_returns';
  return parser.problems(text).length > 0 ? 'file_not_parseable' : null;
}
