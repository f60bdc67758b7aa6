import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatasetError } from '../../core/errors.ts';
import type { Row } from '../../core/row.ts';
import type { PreparedEnvironment, Sandbox } from '../../ports/sandbox.ts';
import type { PythonParser } from '../../python/pythonTypes.ts';
import { loadPythonParser } from '../../python/pythonParser.ts';
import { checkOutputPath, rowsDigest, writeDataset } from '../writeDataset.ts';
import { buildRow } from './buildRow.ts';
import type { BuiltRow } from './buildRow.ts';
import { nameRow } from './composeRow.ts';
import { findMethods } from './findMethods.ts';
import type { LocatedMethod, ReachingTest } from './reachedTests.ts';
import { isFocused, reachedTests } from './reachedTests.ts';
import { seededOrder } from './seededOrder.ts';
import { surveyLabels } from './surveyLabels.ts';
import { openWorkFolder } from './workFolder.ts';
import { proveInOrder } from './proveInOrder.ts';

/** Raised when the same inputs may give other rows: kept work of other versions is not used. */
export const builderVersion = 1;

export interface BuildDatasetOptions {
  readonly environment: PreparedEnvironment;
  readonly sandbox: Sandbox;
  /** Parts of the test suite that tests are chosen from. */
  readonly labels: readonly string[];
  /** `.jsonl` or `.jsonl.gz`. */
  readonly output: string;
  /** Rows wanted; null = as many as there are. */
  readonly limit: number | null;
  readonly seed: string;
  /** Rows of one file at most, so that no file crowds out the others. */
  readonly maxPerFile: number;
  /** Longest file, in characters: repair shows it whole. */
  readonly maxFileCharacters: number;
  /** Where finished steps are kept; a build that was interrupted goes on from there. */
  readonly workRoot: string;
  readonly slots: number;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

export interface BuiltDataset {
  readonly rows: readonly Row[];
  /** Of the rows without their measured seconds: the same environment and seed give the same. */
  readonly digest: string;
  /** Methods that did not become rows, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** Makes a dataset from a prepared environment: coverage, candidates, and one proved row after the other. */
export async function buildDataset(options: BuildDatasetOptions): Promise<BuiltDataset> {
  const { environment, onProgress } = options;
  checkOutputPath(options.output);
  const parser = await loadPythonParser();
  const work = openWorkFolder(join(options.workRoot, workName(options)));
  const surveys = await surveyLabels({ ...options, work });
  const reachedFiles = [...new Set(surveys.flatMap(({ files }) => Object.keys(files)))].sort();
  const sources = await readSources(environment, reachedFiles, options.maxFileCharacters);
  const methods = [...sources].flatMap(([filePath, source]) => locateMethods(parser, filePath, source));
  const reached = reachedTests(methods, surveys);
  const candidates = methods.filter(({ name }) => (reached.get(name)?.length ?? 0) > 0);
  onProgress(`${candidates.length} of ${methods.length} described methods are reached by a passing test`);
  const focused = (located: LocatedMethod): boolean => isFocused(reached.get(located.name) ?? []);
  const seeded = seededOrder(candidates, ({ name }) => name, options.seed);
  // Methods whose tests are about them come first: such rows are graded quickly, and a bug breaks few other things.
  const ordered = [...seeded.filter(focused), ...seeded.filter((located) => !focused(located))];
  const prove = async (located: LocatedMethod, signal: AbortSignal): Promise<BuiltRow> => {
    const source = sources.get(located.filePath) ?? '';
    const tests = reached.get(located.name) ?? [];
    const inputs = hash(JSON.stringify([builderVersion, options.seed, tests]));
    return work.keep(`row-${inputs}-${located.name}`, () =>
      provedRow({ located, source, tests, parser }, { ...options, signal }),
    );
  };
  const built = await proveInOrder(ordered, { ...options, prove });
  const rows = built.rows.map((row, idx) => ({ ...row, idx }));
  if (rows.length === 0) throw new DatasetError('No method could be proved: expected at least one row.');
  await writeDataset(options.output, rows);
  return { rows, digest: rowsDigest(rows), leftOut: built.leftOut };
}

function provedRow(
  request: {
    readonly located: LocatedMethod;
    readonly source: string;
    readonly tests: readonly ReachingTest[];
    readonly parser: PythonParser;
  },
  { environment, sandbox, signal, seed }: BuildDatasetOptions,
): Promise<BuiltRow> {
  return buildRow({ environment, sandbox, signal }, { ...request, seed });
}

function locateMethods(parser: PythonParser, filePath: string, source: string): readonly LocatedMethod[] {
  return findMethods(parser, source).map((method) => ({
    name: nameRow(filePath, method.definition.qualifiedName),
    filePath,
    method,
  }));
}

/** The reached files by path; the long ones and those that are not plain text are left out. */
async function readSources(
  environment: PreparedEnvironment,
  paths: readonly string[],
  maxCharacters: number,
): Promise<ReadonlyMap<string, string>> {
  const sources = new Map<string, string>();
  for (const path of paths) {
    const text = await readFile(join(environment.sourceRoot, path), 'utf8');
    if (text.length <= maxCharacters && !/[\r\ufffd]/.test(text)) sources.set(path, text);
  }
  return sources;
}

/** Kept work belongs to one environment; labels and rows name the rest themselves. */
function workName({ environment }: BuildDatasetOptions): string {
  return `${environment.name}-${environment.digest.replace(/^sha256:/, '').slice(0, 16)}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
