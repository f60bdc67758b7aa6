import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DatasetError, SandboxError } from '../../core/errors.ts';
import type { Row } from '../../core/row.ts';
import type { PreparedEnvironment, Sandbox } from '../../ports/sandbox.ts';
import { loadPythonParser } from '../../python/pythonParser.ts';
import type { Funnel } from '../datasetHeader.ts';
import { checkOutputPath, rowsDigest, writeDataset } from '../writeDataset.ts';
import { buildRow } from './buildRow.ts';
import type { BuiltRow } from './buildRow.ts';
import { findCandidates } from './findCandidates.ts';
import type { Candidates } from './findCandidates.ts';
import type { ProvedRows } from './proveInOrder.ts';
import { proveInOrder } from './proveInOrder.ts';
import type { LocatedMethod } from './reachedTests.ts';
import type { RowRequest } from './rowRequest.ts';
import { surveyLabels } from './surveyLabels.ts';
import { openWorkFolder } from './workFolder.ts';

/** Raised when the same inputs may give other rows: kept work of other versions is not used. */
export const builderVersion = 6;

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
  /** Longest file, in characters: repair shows it whole. */
  readonly maxFileCharacters: number;
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

/** Makes a dataset from a prepared environment: coverage, candidates, and one proved row after the other. */
export async function buildDataset(options: BuildDatasetOptions): Promise<BuiltDataset> {
  const { onProgress } = options;
  checkOutputPath(options.output);
  const parser = await loadPythonParser();
  const work = openWorkFolder(join(options.workRoot, workName(options)));
  const surveys = await surveyLabels({ ...options, work });
  const candidates = await findCandidates({ ...options, parser, surveys });
  const { sources, reached, recurringLines } = candidates;
  onProgress(`${candidates.ordered.length} of ${candidates.funnel.functions} functions may become rows`);
  const proveOnce = (located: LocatedMethod, signal: AbortSignal): Promise<BuiltRow> => {
    const source = sources.get(located.filePath) ?? '';
    const tests = reached.get(located.name) ?? [];
    const inputs = hash(JSON.stringify([builderVersion, options.seed, located.method.description, tests]));
    return work.keep(`row-${inputs}-${located.name}`, () =>
      provedRow(
        { located, source, tests, parser, recurringLines: recurringLines.get(located.name) ?? 0 },
        { ...options, signal },
      ),
    );
  };
  const prove = (located: LocatedMethod, signal: AbortSignal): Promise<BuiltRow> =>
    proveOnce(located, signal).catch((error: unknown) => {
      if (!(error instanceof SandboxError) || !error.retry || signal.aborted) throw error;
      onProgress(`${located.name}: ${error.message} Trying again.`);
      return proveOnce(located, signal);
    });
  const built = await proveInOrder(candidates.ordered, { ...options, prove });
  const rows = built.rows.map((row, idx) => ({ ...row, idx }));
  if (rows.length === 0) throw new DatasetError('No method could be proved: expected at least one row.');
  const funnel = closeFunnel(candidates, built);
  await writeDataset(options.output, rows, headerOf(options, funnel));
  return { rows, digest: rowsDigest(rows), funnel };
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

function provedRow(
  request: Omit<RowRequest, 'seed'>,
  { environment, sandbox, signal, seed }: BuildDatasetOptions,
): Promise<BuiltRow> {
  return buildRow({ environment, sandbox, signal }, { ...request, seed });
}

/** Kept work belongs to one environment; labels and rows name the rest themselves. */
function workName({ environment }: BuildDatasetOptions): string {
  return `${environment.name}-${environment.digest.replace(/^sha256:/, '').slice(0, 16)}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
