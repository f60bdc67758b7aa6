import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { extractAnswer } from '../../activities/extractAnswer.ts';
import type { Ports } from '../../activities/ports.ts';
import { existing, readAnswer } from '../../activities/storedRecords.ts';
import { datasetPath } from '../config/configPaths.ts';
import { gradingOf, remoteOf } from '../config/grading.ts';
import { nearest } from '../config/nearestKey.ts';
import { ConfigError, DatasetError } from '../core/errors.ts';
import { settleGrading } from '../core/gradingPolicy.ts';
import type { Row } from '../core/row.ts';
import { itemId, methodLines } from '../core/rowHelpers.ts';
import type { GradingPolicy, RemoteAccess } from '../core/run.ts';
import { fence } from '../core/tasks/fillText.ts';
import { codeOf, findBuggyTarget } from '../core/tasks/target.ts';
import type { Extraction, Task } from '../core/tasks/task.ts';
import type { Verdict } from '../core/verdicts.ts';
import { readDataset } from '../dataset/readDataset.ts';
import { loadPythonParser } from '../python/pythonParser.ts';
import { outcomeSchema } from '../report/recordSchemas.ts';
import { openForReading } from './assembleRun.ts';
import { configOfFlags } from './configOfFlags.ts';
import type { GradeFlags } from './grade.ts';
import { findRunFolders, openRunFolder, readFileOf } from './openRunFolder.ts';

/** What is graded: a row, what was found in its answer, and how it is run. */
export interface GradeSubject {
  readonly task: Task;
  readonly row: Row;
  readonly extraction: Extraction;
  readonly grading: GradingPolicy;
  readonly remote: RemoteAccess | undefined;
  /** Digest, or the repository's name for rows that name none. */
  readonly environment: string;
  readonly repository: string;
  /** What the run said about it. */
  readonly recorded: { readonly turn: number; readonly verdict: Verdict } | null;
}

/** The candidate that a finished run recorded. */
export async function subjectOfRun(
  flags: GradeFlags & { readonly run: string },
  ports: Ports,
): Promise<GradeSubject> {
  const [folder, ...more] = await findRunFolders(flags.run);
  if (folder === undefined || more.length > 0) {
    throw new ConfigError(`${flags.run} holds ${more.length + 1} runs: name the folder of one of them.`);
  }
  const run = await openForReading(await openRunFolder(folder));
  const row = findRow(run.rows, flags.item, folder);
  const key = `outcomes/${itemId(row)}.json`;
  if ((await run.store.get(key)) === null) {
    throw new ConfigError(
      `${folder} has no outcome of ${flags.item} yet: expected ${key}. bench status shows open runs.`,
    );
  }
  const outcome = await readFileOf(run.store, { folder, key, schema: outcomeSchema });
  const sample = outcome.samples[(flags.sample ?? 1) - 1];
  const turn =
    flags.turn === undefined ? sample?.turns.at(-1) : sample?.turns.find((one) => one.turn === flags.turn);
  if (sample === undefined || turn === undefined || turn.answerKey === null) {
    const there = outcome.samples
      .map(({ turns }, at) => `sample ${at + 1}: turns 1 to ${turns.length}`)
      .join('; ');
    throw new ConfigError(`${flags.item} has no such sample or turn; there are ${there}.`);
  }
  const record = await existing(run, turn.answerKey, readAnswer);
  const answer = record.promptTooLong ? null : run.model.parse(record.body);
  return {
    task: run.task,
    row,
    extraction: extractAnswer({ task: run.task, row, model: run.record.request.model }, record, answer),
    grading: await settled(withFlags(run.record.request.grading, flags), ports),
    remote: run.record.request.remote ?? remoteOf(configOfProvider(flags)),
    environment: run.record.environment.digest,
    repository: run.record.request.repository,
    recorded: { turn: turn.turn, verdict: turn.verdict },
  };
}

/** The candidate of a file, or one that the row itself holds. */
export async function subjectOfFile(flags: GradeFlags, ports: Ports): Promise<GradeSubject> {
  const config = configOfFlags([
    { key: 'data.path', value: flags.dataset, flag: '--dataset' },
    { key: 'benchmark', value: flags.task, flag: '--task' },
    { key: 'grading.lane', value: flags.lane, flag: '--lane' },
    { key: 'inference.sandbox_provider', value: flags.provider, flag: '--provider' },
  ]);
  const { path } = datasetPath(config);
  const dataset = await readDataset(path);
  const row = findRow(dataset.rows, flags.item, path);
  const task = ports.tasks[config.values.benchmark];
  return {
    task,
    row,
    extraction: await extractionOf(flags, task, row),
    grading: await settled(gradingOf(config), ports),
    remote: remoteOf(config),
    environment: row.triathlon?.environment ?? config.values.repository,
    repository: config.values.repository,
    recorded: null,
  };
}

async function extractionOf(flags: GradeFlags, task: Task, row: Row): Promise<Extraction> {
  if (flags.bug === true) return bugOf(row);
  if (flags.reference === true) return task.extractCandidate(task.referenceAnswer(row), row);
  if (flags.stub === true) return task.extractCandidate(task.stubAnswer(row), row);
  return task.extractCandidate(asAnswer(await readCandidate(flags.candidate ?? '-')), row);
}

async function readCandidate(path: string): Promise<string> {
  const bytes = await (path === '-' ? buffer(process.stdin) : readFile(path)).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`--candidate: cannot read ${path}: ${why}.`, { cause });
  });
  if (bytes.length <= maxCandidateBytes) return bytes.toString('utf8');
  throw new ConfigError(
    `--candidate: ${path} has ${bytes.length} bytes; expected a method or a file of at most ${maxCandidateBytes}.`,
  );
}

const maxCandidateBytes = 2 << 20;

/** Plain Python is what a model would have fenced; a model's answer with fences is taken as it is. */
function asAnswer(text: string): string {
  const beginsAsPython = /^\s*(?:@|#|"""|'''|(?:async\s+def|def|class|import|from)\s)/.test(text);
  const hasFence = /^\s*(?:```|~~~)/m.test(text);
  return hasFence && !beginsAsPython ? text : fence(text.replace(/\n$/, ''), 'python');
}

async function bugOf(row: Row): Promise<Extraction> {
  const target = findBuggyTarget(await loadPythonParser(), row);
  if (target === null) throw new DatasetError(`Row ${row.dp_id} has no file with a bug: leave --bug out.`);
  const { qualifiedName } = target.definition;
  return {
    kind: 'candidate',
    code: codeOf(target),
    file: target.source,
    exactFormat: false,
    qualifiedName,
    line: methodLines(row).first + 1,
    suspicions: [],
  };
}

function findRow(rows: readonly Row[], id: string, place: string): Row {
  const found = rows.find((row) => row.dp_id === id || itemId(row) === id);
  if (found !== undefined) return found;
  const near = nearest(id, rows.map(itemId));
  throw new DatasetError(
    `${place}: expected an item or dp_id of its ${rows.length} rows, found ${JSON.stringify(id)}` +
      `${near === null ? '.' : `; did you mean ${near}?`}`,
  );
}

function configOfProvider({ provider }: GradeFlags) {
  return configOfFlags([{ key: 'inference.sandbox_provider', value: provider, flag: '--provider' }]);
}

/** A run's own policy, unless a flag says otherwise. */
function withFlags(grading: GradingPolicy, { lane, provider }: GradeFlags): GradingPolicy {
  if (lane === undefined && provider === undefined) return grading;
  const asked = gradingOf(
    configOfFlags([
      { key: 'grading.lane', value: lane ?? grading.lane, flag: '--lane' },
      { key: 'inference.sandbox_provider', value: provider ?? grading.provider, flag: '--provider' },
    ]),
  );
  return { ...grading, lane: asked.lane, provider: asked.provider };
}

async function settled(grading: GradingPolicy, ports: Ports): Promise<GradingPolicy> {
  const { provider } = grading;
  return settleGrading(grading, provider === 'local' ? await ports.chooseLocalProvider() : provider);
}
