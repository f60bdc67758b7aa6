import { join } from 'node:path';
import { verdictWithoutTests } from '../../activities/extractAnswer.ts';
import { gradeTests, type GradedTests } from '../../activities/gradeCandidate.ts';
import type { Ports } from '../../activities/ports.ts';
import { ConfigError } from '../core/errors.ts';
import type { TaskName, TestStatus } from '../core/row.ts';
import { expectedStatuses, itemId } from '../core/rowHelpers.ts';
import type { GradingPolicy } from '../core/run.ts';
import type { Extraction } from '../core/tasks/task.ts';
import type { TestReport } from '../core/testReport.ts';
import type { Verdict } from '../core/verdicts.ts';
import type { PreparedEnvironment } from '../ports/sandbox.ts';
import { keepTree } from '../sandbox/keepTree.ts';
import { createLocalStore } from '../storage/localStore.ts';
import { composePorts } from '../temporal/composePorts.ts';
import { Interrupted } from './failure.ts';
import type { GradeFlags } from './grade.ts';
import { subjectOfFile, subjectOfRun, type GradeSubject } from './gradeSubject.ts';
import { interruptSignal } from './interrupt.ts';
import { tell } from './session.ts';

/** All that is shown of one grading. */
export interface ShownGrade {
  readonly item: string;
  readonly task: TaskName;
  readonly filePath: string;
  /** Of all lists that were run. */
  readonly verdict: Verdict;
  readonly recorded: GradeSubject['recorded'];
  /** Why nothing could be run; null when something was. */
  readonly explanation: string | null;
  readonly code: string | null;
  readonly lists: readonly ShownList[];
  /** Held-out tests that were not asked for. */
  readonly heldOutNotRun: number;
  readonly kept: { readonly folder: string; readonly command: string } | null;
}

export interface ShownList {
  readonly list: 'visible' | 'held_out';
  readonly verdict: Verdict;
  readonly tests: readonly ShownTest[];
  readonly report: Omit<TestReport, 'tests'>;
}

export interface ShownTest {
  readonly id: string;
  readonly expected: TestStatus | null;
  readonly found: TestStatus | 'missing';
  readonly seconds: number;
  readonly message: string;
}

/** Grades one candidate as a run would; its reports stay in the folder. */
export async function gradeOnce(flags: GradeFlags, folder: string): Promise<ShownGrade> {
  const ports = await composePorts();
  try {
    const { run } = flags;
    const subject = await (run === undefined
      ? subjectOfFile(flags, ports)
      : subjectOfRun({ ...flags, run }, ports));
    const { extraction } = subject;
    if (extraction.kind !== 'candidate') return shownWithoutTests(subject, extraction);
    return await gradeSubject({ flags, folder, ports, subject, extraction });
  } finally {
    await ports.close();
  }
}

interface Once {
  readonly flags: GradeFlags;
  readonly folder: string;
  readonly ports: Ports;
  readonly subject: GradeSubject;
  readonly extraction: Extract<Extraction, { kind: 'candidate' }>;
}

async function gradeSubject({ flags, folder, ports, subject, extraction }: Once): Promise<ShownGrade> {
  const { row, grading, remote } = subject;
  if (flags.keep === true) needTreeHere(grading);
  const sandbox = ports.sandboxFor({ grading, remote });
  await sandbox.check();
  const environment = await openFor(subject, ports);
  const run = {
    folder,
    store: createLocalStore(join(folder, 'grading')),
    openEnvironment: () => Promise.resolve(environment),
    record: { environment, request: { grading } },
  };
  const shared = (_: string, make: () => Promise<TestReport>): Promise<TestReport> => make();
  const signal = interruption();
  const lists: ShownList[] = [];
  for (const list of listsOf(flags, subject)) {
    lists.push(asShown(list, await gradeTests({ run, row, extraction, sandbox, shared, signal }, list)));
  }
  const { heldOut } = expectedStatuses(row);
  return {
    ...headOf(subject),
    verdict: lists.find(({ verdict }) => verdict.kind !== 'passed')?.verdict ?? { kind: 'passed' },
    explanation: null,
    code: extraction.code,
    lists,
    heldOutNotRun: lists.some(({ list }) => list === 'held_out') ? 0 : heldOut.size,
    kept: flags.keep === true ? await keep({ environment, folder, lists }, subject, extraction.file) : null,
  };
}

function needTreeHere({ provider }: GradingPolicy): void {
  if (provider !== 'restapi') return;
  throw new ConfigError(
    '--keep leaves a source tree of this machine, and restapi grades elsewhere: add --provider local.',
  );
}

/** The environment that the row was proved on, else the repository's own. */
async function openFor(subject: GradeSubject, ports: Ports): Promise<PreparedEnvironment> {
  const { environment, repository, grading, remote } = subject;
  if (grading.provider === 'restapi') return ports.openEnvironment(environment, { repository, remote });
  try {
    return await ports.openEnvironment(environment);
  } catch (error) {
    const own = await ports.openEnvironment(repository).catch(() => null);
    if (own === null) throw error;
    tell(`The row was proved on ${environment}, which is not here; it is graded on ${own.digest}.`);
    return own;
  }
}

function listsOf({ tests }: GradeFlags, { row }: GradeSubject): ('visible' | 'held_out')[] {
  const { heldOut } = expectedStatuses(row);
  if (tests === 'visible') return ['visible'];
  if (heldOut.size > 0) return tests === 'all' ? ['visible', 'held_out'] : ['held_out'];
  if (tests === 'all') return ['visible'];
  throw new ConfigError(`${row.dp_id} has no held-out tests: leave --tests out.`);
}

function asShown(list: 'visible' | 'held_out', { expected, report, verdict }: GradedTests): ShownList {
  const { tests, ...rest } = report;
  const ids = new Set([...expected.keys(), ...Object.keys(tests)]);
  return {
    list,
    verdict,
    report: rest,
    tests: [...ids].map((id) => ({
      id,
      expected: expected.get(id) ?? null,
      found: tests[id]?.status ?? 'missing',
      seconds: tests[id]?.seconds ?? 0,
      message: tests[id]?.message ?? '',
    })),
  };
}

interface Kept {
  readonly environment: PreparedEnvironment;
  readonly folder: string;
  readonly lists: readonly ShownList[];
}

async function keep({ environment, folder, lists }: Kept, { row }: GradeSubject, fileContent: string) {
  const { visible, heldOut } = expectedStatuses(row);
  const ran = lists.map(({ list }) => (list === 'visible' ? visible : heldOut));
  const expected = new Map(ran.flatMap((tests) => [...tests]));
  const command = await keepTree({ environment, filePath: row.file_path, fileContent, expected, folder });
  return { folder, command };
}

function shownWithoutTests(
  subject: GradeSubject,
  extraction: Exclude<Extraction, { kind: 'candidate' }>,
): ShownGrade {
  return {
    ...headOf(subject),
    verdict: verdictWithoutTests(extraction),
    explanation: extraction.explanation,
    code: extraction.kind === 'unusable_answer' ? null : extraction.code,
    lists: [],
    heldOutNotRun: 0,
    kept: null,
  };
}

function headOf({ row, task, recorded }: GradeSubject) {
  return { item: itemId(row), task: task.name, filePath: row.file_path, recorded };
}

function interruption(): AbortSignal {
  const controller = new AbortController();
  interruptSignal().addEventListener('abort', () => controller.abort(new Interrupted('Interrupted.')));
  return controller.signal;
}
