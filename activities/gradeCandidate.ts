import { digestOf } from '../src/core/digest.ts';
import { SandboxError } from '../src/core/errors.ts';
import type { Row } from '../src/core/row.ts';
import { expectedStatuses, methodLines, referenceMethod } from '../src/core/rowHelpers.ts';
import type { Extraction } from '../src/core/tasks/task.ts';
import type { TestReport } from '../src/core/testReport.ts';
import { judgeReport, shareAsExpected, type ExpectedStatuses, type Verdict } from '../src/core/verdicts.ts';
import type { IntegrityRequest, Sandbox, SandboxLimits } from '../src/ports/sandbox.ts';
import { keepTrying } from './activityContext.ts';
import type { OpenRun } from './openRuns.ts';
import type { SharedReports } from './shareReports.ts';
import { readReport } from './storedRecords.ts';

type Candidate = Extract<Extraction, { kind: 'candidate' }>;

export interface CandidateGrade {
  readonly verdict: Verdict;
  readonly visiblePassed: boolean;
  readonly shareOfVisible: number;
  readonly visible: ExpectedStatuses;
  readonly visibleReport: TestReport | null;
  readonly reportKeys: readonly string[];
  /** Of its reports. */
  readonly flags: readonly string[];
}

/** What grading needs of a run: where reports are kept, what the candidate is run on, and by which policy. */
export type GradedRun = Pick<OpenRun, 'folder' | 'store' | 'openEnvironment'> & {
  readonly record: Pick<OpenRun['record'], 'environment'> & {
    readonly request: Pick<OpenRun['record']['request'], 'grading'>;
  };
};

export interface Grading {
  readonly run: GradedRun;
  readonly row: Row;
  readonly extraction: Candidate;
  readonly sandbox: Sandbox;
  readonly shared: SharedReports;
  readonly signal: AbortSignal;
}

/** Runs the visible tests and, only when these pass, the held-out ones. */
export async function gradeCandidate(grading: Grading): Promise<CandidateGrade> {
  const first = await gradeTests(grading, 'visible');
  const grade = {
    verdict: first.verdict,
    visiblePassed: first.verdict.kind === 'passed',
    shareOfVisible:
      first.verdict.kind === 'suspected_forgery' ? 0 : shareAsExpected(first.report, first.expected),
    visible: first.expected,
    visibleReport: first.report,
    reportKeys: [first.key],
    flags: first.report.flags,
  };
  if (!grade.visiblePassed || expectedStatuses(grading.row).heldOut.size === 0) return grade;
  const second = await gradeTests(grading, 'held_out');
  const flags = [...new Set([...first.report.flags, ...second.report.flags])];
  return { ...grade, verdict: second.verdict, reportKeys: [first.key, second.key], flags };
}

/** One of a row's two lists of tests, run and judged. */
export interface GradedTests {
  readonly key: string;
  readonly expected: ExpectedStatuses;
  readonly report: TestReport;
  readonly verdict: Verdict;
}

/** Runs and judges one of the row's lists. */
export async function gradeTests(grading: Grading, list: 'visible' | 'held_out'): Promise<GradedTests> {
  const { visible, heldOut } = expectedStatuses(grading.row);
  const expected = list === 'visible' ? visible : heldOut;
  const referenceSeconds = grading.row.triathlon?.reference_seconds[list] ?? 0;
  // A pass that sabotage cannot check would be run strictly anyway: it is run so at once.
  const isChecked = grading.row.triathlon?.sabotage_noticed?.[list] !== false;
  const { key, report } = await reportOn(grading, { tests: expected, referenceSeconds, isChecked });
  return { key, expected, report, verdict: judgeReport(report, expected) };
}

/** The grade of an answer that gave nothing to run. */
export function notRun(verdict: Verdict): CandidateGrade {
  const visible: ExpectedStatuses = new Map();
  return {
    verdict,
    visiblePassed: false,
    shareOfVisible: 0,
    visible,
    visibleReport: null,
    reportKeys: [],
    flags: [],
  };
}

interface TestsToRun {
  readonly tests: ExpectedStatuses;
  readonly referenceSeconds: number;
  /** Whether the tests fail when the reference's results are replaced by others. */
  readonly isChecked: boolean;
}

/** A candidate is run once per list of tests: its report is kept and read first, so that feedback never changes. */
async function reportOn(grading: Grading, toRun: TestsToRun): Promise<{ key: string; report: TestReport }> {
  const { run, row, extraction } = grading;
  const tests = [...toRun.tests.keys()];
  const what = {
    file: row.file_path,
    content: extraction.file,
    tests,
    environment: run.record.environment.digest,
  };
  const key = `reports/${digestOf({ ...what, grading: run.record.request.grading })}.json`;
  const known = await readReport(run, key);
  if (known !== null) return { key, report: known };
  const report = await grading.shared(key, () => runTests(grading, toRun));
  const isOurs = await keepTrying(() => run.store.putOnce(key, JSON.stringify(report)));
  return { key, report: isOurs ? report : ((await readReport(run, key)) ?? report) };
}

async function runTests(grading: Grading, toRun: TestsToRun): Promise<TestReport> {
  const { extraction } = grading;
  const seconds = timeLimit(grading, toRun.referenceSeconds);
  const candidate = { content: extraction.file, integrity: integrityOf(grading) };
  const report = await runFile(grading, toRun, { ...candidate, seconds });
  if (report.ended !== 'timed_out') return report;
  const ownSeconds = await timeReference(grading, toRun, seconds);
  const fairSeconds = timeLimit(grading, ownSeconds);
  if (fairSeconds <= seconds) return report;
  return runFile(grading, toRun, { ...candidate, seconds: fairSeconds });
}

function integrityOf({ row, extraction }: Grading): IntegrityRequest {
  return {
    candidate: { line: extraction.line, code: extraction.code },
    reference: { line: methodLines(row).first + 1, code: referenceMethod(row) },
    suspicions: extraction.suspicions,
  };
}

/** A time-out counts only after the reference, run beside it on this machine, was in time. */
async function timeReference(grading: Grading, toRun: TestsToRun, seconds: number): Promise<number> {
  const report = await runFile(grading, toRun, { content: grading.row.raw_file_content, seconds });
  // The run's own time: a wait for a free slot is none of it.
  if (judgeReport(report, toRun.tests).kind === 'passed') return report.wallSeconds;
  throw new SandboxError(
    `The reference of ${grading.row.dp_id} did not pass its own tests within ${seconds} s on this machine (${report.ended}): the machine is overloaded, or the environment is not the one the row was proved on.`,
    { retry: true },
  );
}

function timeLimit({ run }: Grading, referenceSeconds: number): number {
  const { timeLimitFloorSeconds, timeLimitFactor } = run.record.request.grading;
  return Math.ceil(Math.max(timeLimitFloorSeconds, timeLimitFactor * referenceSeconds));
}

interface FileRun {
  readonly content: string;
  readonly seconds: number;
  readonly integrity?: IntegrityRequest;
}

async function runFile(
  grading: Grading,
  toRun: TestsToRun,
  { content, seconds, integrity }: FileRun,
): Promise<TestReport> {
  const { run, row, extraction, sandbox, signal } = grading;
  const environment = await run.openEnvironment();
  const { memoryBytes, processes, fileBytes, outputBytes, lane, strictShare } = run.record.request.grading;
  const limits: SandboxLimits = {
    wallSeconds: seconds,
    cpuSeconds: seconds,
    memoryBytes,
    processes,
    fileBytes,
    outputBytes,
  };
  return sandbox.run(
    {
      environment,
      filePath: row.file_path,
      fileContent: content,
      originalContent: row.raw_file_content,
      qualifiedName: extraction.qualifiedName,
      tests: [...toRun.tests.keys()],
      limits,
      // The reference's time is taken as the last word on a candidate is: in the strict lane.
      ...(integrity ? { integrity, lane: toRun.isChecked ? lane : 'strict', strictShare } : {}),
    },
    signal,
  );
}
