import { SandboxError } from '../../core/errors.ts';
import type { Row } from '../../core/row.ts';
import { expectedStatuses } from '../../core/rowHelpers.ts';
import type { LaneChoice, TestReport } from '../../core/testReport.ts';
import type { ExpectedStatuses } from '../../core/verdicts.ts';
import { judgeReport } from '../../core/verdicts.ts';
import type { IntegrityRequest, PreparedEnvironment, Sandbox, SandboxLimits } from '../../ports/sandbox.ts';

/** Where rows are proved. */
export interface ProvingGround {
  readonly environment: PreparedEnvironment;
  readonly sandbox: Sandbox;
  readonly signal: AbortSignal;
  /** Told when two lanes say different things of one variant. */
  readonly onDisagreement?: () => void;
}

export interface VariantRun {
  readonly fileContent: string;
  readonly tests: readonly string[];
  readonly limits?: Partial<SandboxLimits>;
  /** `full` where it is left out: right for many variants of one method. `pre` for what is run once, `strict` for the last word. */
  readonly lane?: LaneChoice;
  readonly integrity?: IntegrityRequest;
}

/** One in so many variants is run in the strict lane, too: lanes that disagree leave the method out. */
const strictShare = 0.005;

/** Runs tests on the tree with the row's file replaced. */
export async function runVariant(ground: ProvingGround, row: Row, run: VariantRun): Promise<TestReport> {
  const report = await runOnce(ground, row, run);
  const limits = { ...limitsFor(row), ...run.limits };
  // It waited, or the machine had no time for it: the second time tells.
  if (!hasWaited(report, limits) && !hadMoreToDo(report, run)) return report;
  const cpuSeconds = limits.cpuSeconds + importSeconds;
  return runOnce(ground, row, { ...run, lane: 'strict', limits: { ...run.limits, cpuSeconds } });
}

/** Two counts of the same processor time differ: what has used most of it did not wait. */
function hasWaited({ ended, cpuSeconds }: TestReport, limits: SandboxLimits): boolean {
  return ended === 'timed_out' && cpuSeconds < 0.75 * limits.cpuSeconds;
}

/** The reference had no imports to do in its time. */
function hadMoreToDo({ ended, lane }: TestReport, { lane: asked = 'full' }: VariantRun): boolean {
  return ended === 'timed_out' && asked === 'full' && lane !== 'full';
}

const importSeconds = 4;

async function runOnce(
  ground: ProvingGround,
  row: Row,
  { fileContent, tests, limits, lane = 'full', integrity }: VariantRun,
): Promise<TestReport> {
  const report = await ground.sandbox.run(
    {
      environment: ground.environment,
      filePath: row.file_path,
      fileContent,
      qualifiedName: row.triathlon?.qualified_name ?? row.method.name,
      tests,
      bootTests: allTests(row),
      limits: { ...limitsFor(row), ...limits },
      lane,
      strictShare,
      secondLook: 'when_drawn',
      ...(integrity === undefined ? {} : { integrity }),
    },
    ground.signal,
  );
  // A supervisor stops what takes too long: one that says nothing was stopped itself, with the machine around it.
  if (report.ended === 'timed_out' && report.flags.includes('supervisor_silent')) {
    throw new SandboxError(`The sandbox did not answer while ${row.dp_id} was proved.`, { retry: true });
  }
  if (report.flags.includes('lanes_disagree')) ground.onDisagreement?.();
  return report;
}

/** One process is made ready for all that is run of a row in the lane `full`, whichever of its tests are. */
function allTests(row: Row): readonly string[] {
  const { visible, heldOut } = expectedStatuses(row);
  return [...visible.keys(), ...heldOut.keys()];
}

/** Many changes of loops never end: what needs so much more than the reference is none of ours. Coarse, as its time is. */
export function variantLimits(row: Row): Pick<SandboxLimits, 'cpuSeconds'> {
  const seconds = row.triathlon?.reference_seconds.visible ?? 0;
  return { cpuSeconds: seconds > 0 ? Math.ceil(1 + 1.5 * seconds) : 8 };
}

/** The part of a report that is about some of its tests. */
export function partOf(report: TestReport, ids: Iterable<string>): TestReport {
  const tests = [...ids].flatMap((id) => {
    const result = report.tests[id];
    return result === undefined ? [] : [[id, result] as const];
  });
  return { ...report, tests: Object.fromEntries(tests) };
}

/** Whether every test has its expected status. */
export function passes(report: TestReport, expected: ExpectedStatuses): boolean {
  return judgeReport(partOf(report, expected.keys()), expected).kind === 'passed';
}

/** Expected tests that do not have their expected status, sorted. */
export function unexpectedTests(report: TestReport, expected: ExpectedStatuses): readonly string[] {
  return [...expected]
    .filter(([id, status]) => report.tests[id]?.status !== status)
    .map(([id]) => id)
    .sort();
}

/** The run ended before the first test began: the code is used at import or at set-up. */
export function stoppedBeforeTests(report: TestReport): boolean {
  if (report.ended !== 'completed') return Object.keys(report.tests).length === 0;
  return Object.values(report.tests).every(({ status, seconds }) => status === 'error' && seconds === 0);
}

/** Generous for the reference; a bug or a stub that hangs is stopped after some seconds of its own time. */
function limitsFor(row: Row): SandboxLimits {
  const seconds = row.triathlon?.reference_seconds;
  const known = (seconds?.visible ?? 0) + (seconds?.held_out ?? 0);
  return {
    wallSeconds: known === 0 ? 120 : Math.max(45, 10 * known),
    cpuSeconds: known === 0 ? 60 : Math.max(10, 4 * known),
    memoryBytes: 1024 ** 3,
    processes: 64,
    fileBytes: 64 * 1024 ** 2,
    outputBytes: 4 * 1024 ** 2,
  };
}
