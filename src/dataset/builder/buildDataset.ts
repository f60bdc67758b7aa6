import { join } from 'node:path';
import { shortDigest } from '../../core/digest.ts';
import { DatasetError, SandboxError } from '../../core/errors.ts';
import type { Row } from '../../core/row.ts';
import type { PreparedEnvironment, Sandbox } from '../../ports/sandbox.ts';
import { loadPythonParser } from '../../python/pythonParser.ts';
import type { PythonParser } from '../../python/pythonTypes.ts';
import { runnerDigest } from '../../sandbox/index.ts';
import type { Funnel } from '../datasetHeader.ts';
import { checkOutputPath, rowsDigest, writeDataset } from '../writeDataset.ts';
import { buildRow } from './buildRow.ts';
import type { BuiltRow } from './buildRow.ts';
import { findCandidates } from './findCandidates.ts';
import type { Candidates } from './findCandidates.ts';
import { keepCandidates } from './keptCandidates.ts';
import type { ProvedRows } from './proveInOrder.ts';
import { proveInOrder } from './proveInOrder.ts';
import type { LocatedMethod } from './reachedTests.ts';
import type { RowRequest } from './rowRequest.ts';
import { surveyLabels } from './surveyLabels.ts';
import type { WorkFolder } from './workFolder.ts';
import { openWorkFolder } from './workFolder.ts';

/** Repair shows the whole file, in 60,000 characters at most by default: room for the bug itself is left. */
const maxFileCharacters = 59_500;

/** Raised when the same inputs may give other rows: kept work of other versions is not used. */
export const builderVersion = 11;

export interface BuildDatasetOptions {
  readonly environment: PreparedEnvironment;
  readonly sandbox: Sandbox;
  /** Parts of the test suite that tests are chosen from. */
  readonly labels: readonly string[];
  /** What the dataset says about its origin. */
  readonly repository: { readonly title: string; readonly licenses: readonly string[] };
  /** Of the dataset, as its makers count. */
  readonly version: string;
  /** `.jsonl`, `.jsonl.gz` or `.jsonl.zst`. */
  readonly output: string;
  /** Rows wanted; null = as many as there are. */
  readonly limit: number | null;
  readonly seed: string;
  /** Rows of one file at most, so that no file crowds out the others; null: any number. */
  readonly maxPerFile: number | null;
  /** Also files that are too long for repair's prompt: their rows are for the other two tasks. */
  readonly longFiles: boolean;
  /** `any` also takes methods without words of their own, and derives a description that is marked. */
  readonly descriptions: 'own' | 'any';
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
  readonly funnel: Funnel;
}

/** A build whose tests are surveyed and whose methods are chosen. */
export interface Build {
  /** Methods that may become rows, in the order in which they are tried. */
  readonly methods: readonly LocatedMethod[];
  /** Gives what was proved before, or proves it and keeps it. */
  readonly prove: (located: LocatedMethod, signal: AbortSignal) => Promise<BuiltRow>;
  /** Proves what is not proved yet, in order and until there are enough rows, and writes the file. */
  readonly finish: () => Promise<BuiltDataset>;
}

/** Makes a dataset from a prepared environment: coverage, candidates, and one proved row after the other. */
export async function buildDataset(options: BuildDatasetOptions): Promise<BuiltDataset> {
  checkOutputPath(options.output);
  return (await openBuild(options)).finish();
}

/** Surveys the tests and chooses the methods: the part of a build before its proofs. */
export async function openBuild(options: BuildDatasetOptions): Promise<Build> {
  const parser = await loadPythonParser();
  const work = await openBuildFolder(options);
  const candidates = await chooseCandidates(work, parser, options);
  const { ordered, sources, reached, recurringLines, funnel } = candidates;
  options.onProgress(`${ordered.length} of ${funnel.functions} functions may become rows`);
  const requestOf = (located: LocatedMethod): Omit<RowRequest, 'seed'> => ({
    located,
    source: sources.get(located.filePath) ?? '',
    tests: reached.get(located.name) ?? [],
    parser,
    recurringLines: recurringLines.get(located.name) ?? 0,
  });
  const prove = (located: LocatedMethod, signal: AbortSignal): Promise<BuiltRow> =>
    twice({ ...options, signal }, located, () => keptRow(work, requestOf(located), { ...options, signal }));
  return {
    methods: ordered,
    prove,
    async finish() {
      const built = await proveInOrder(ordered, { ...options, prove });
      const rows = built.rows.map((row, idx) => ({ ...row, idx }));
      if (rows.length === 0) throw new DatasetError('No method could be proved: expected at least one row.');
      const closed = closeFunnel(candidates, built);
      await writeDataset(options.output, rows, headerOf(options, closed));
      return { rows, digest: rowsDigest(rows), funnel: closed };
    },
  };
}

async function chooseCandidates(
  work: WorkFolder,
  parser: PythonParser,
  options: BuildDatasetOptions,
): Promise<Candidates> {
  const { seed, descriptions, longFiles } = options;
  const surveys = await surveyLabels({ ...options, work });
  const surveyed = surveys.map(({ label, tests }) => [label, Object.keys(tests).length]);
  const inputs = shortDigest([seed, descriptions, longFiles, surveyed]);
  const longest = longFiles ? Infinity : maxFileCharacters;
  return keepCandidates(work, `candidates-${inputs}`, () =>
    findCandidates({ ...options, parser, surveys, maxFileCharacters: longest }),
  );
}

/** Where a build's finished steps are kept: of one environment, builder and runner; what is kept names the rest itself. */
export async function openBuildFolder({
  workRoot,
  environment,
}: Pick<BuildDatasetOptions, 'workRoot' | 'environment'>): Promise<WorkFolder> {
  const place = shortDigest([environment.digest, builderVersion, await runnerDigest()]);
  return openWorkFolder(join(workRoot, `${environment.name}-${place}`));
}

/** A machine that was overloaded for a moment ends no build. */
async function twice(
  { signal, onProgress }: Pick<BuildDatasetOptions, 'signal' | 'onProgress'>,
  { name }: LocatedMethod,
  prove: () => Promise<BuiltRow>,
): Promise<BuiltRow> {
  try {
    return await prove();
  } catch (error) {
    if (!(error instanceof SandboxError) || !error.retry || signal.aborted) throw error;
    onProgress(`${name}: ${error.message} Trying again.`);
    return prove();
  }
}

function keptRow(
  work: WorkFolder,
  request: Omit<RowRequest, 'seed'>,
  { environment, sandbox, signal, seed }: BuildDatasetOptions,
): Promise<BuiltRow> {
  const { located, tests } = request;
  const inputs = shortDigest([seed, located.method.description, tests]);
  return work.keep(`row-${inputs}-${located.name}`, () =>
    buildRow({ environment, sandbox, signal }, { ...request, seed }),
  );
}

function headerOf(options: BuildDatasetOptions, funnel: Funnel) {
  const { environment, repository, version, seed, labels } = options;
  const proved = { environment: environment.digest, builder: builderVersion, seed, labels };
  const { title, licenses } = repository;
  return {
    schema: 1,
    version,
    repository: { title, licenses },
    ...proved,
    funnel,
    made_from: null,
  } as const;
}

function closeFunnel({ funnel, ordered }: Candidates, { rows, leftOut }: ProvedRows): Funnel {
  const failed = Object.values(leftOut).reduce((sum, count) => sum + count, 0);
  const notTried = ordered.length - rows.length - failed;
  return { ...funnel, leftOutByProof: leftOut, notTried, rows: rows.length };
}
