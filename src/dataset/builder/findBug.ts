import type { Row } from '../../core/row.ts';
import { expectedStatuses } from '../../core/rowHelpers.ts';
import type { TestReport } from '../../core/testReport.ts';
import type { Definition, PythonParser } from '../../python/pythonTypes.ts';
import { isOddMixUp } from './oddMixUps.ts';
import type { Mutation } from './proposeMutations.ts';
import { proposeMutations } from './proposeMutations.ts';
import type { ProvingGround } from './runVariant.ts';
import { saysWhatChanges } from './steadyOutput.ts';
import { describeTest } from './testIds.ts';
import { partOf, runVariant, stoppedBeforeTests, unexpectedTests, variantLimits } from './runVariant.ts';

/** One real bug, with the failing output that a model may see. */
export interface FoundBug {
  readonly mutation: Mutation;
  readonly visibleFailures: number;
  readonly heldOutFailures: number;
  /** No visible test gets as far as a wrong value: code that cannot run at all is found by reading. */
  readonly isLoud: boolean;
  readonly errorMessage: string;
}

/** Mutations tried at most, and how many that qualify are enough to choose from when a good one is among them. */
const maxTried = 12;
const enough = 3;

/** To repair a larger change is to write the method. */
const largestEdit = 400;

/**
 * The mutation that visible and held-out tests notice and that breaks the fewest of them. Those that end the
 * interpreter, run out of time or fail before the first test do not count.
 */
export async function findBug(
  ground: ProvingGround,
  row: Row,
  options: { readonly parser: PythonParser; readonly definition: Definition; readonly seed: string },
): Promise<FoundBug | null> {
  const mutations = proposeMutations({ ...options, source: row.raw_file_content });
  return chooseBug(ground, row, { ...options, mutations: mutations.filter(isQuiet) });
}

/** Of changes to a method, in the order in which they are tried, the one that makes the best bug. */
export async function chooseBug(
  ground: ProvingGround,
  row: Row,
  { parser, mutations }: { readonly parser: PythonParser; readonly mutations: readonly Mutation[] },
): Promise<FoundBug | null> {
  const found: FoundBug[] = [];
  const testCount = row.tests.full_paths.length + (row.triathlon?.held_out_tests.length ?? 0);
  let tried = 0;
  for (const mutation of mutations.slice(0, 4 * maxTried)) {
    if (tried === maxTried || (found.length >= enough && found.some(isGood))) break;
    if (parser.problems(mutation.fileContent).length > 0) continue;
    tried += 1;
    const bug = await tryMutation(ground, row, mutation);
    if (bug === null) continue;
    found.push(bug);
    // One that is not easy is enough alone.
    if (isGood(bug) && bug.visibleFailures + bug.heldOutFailures <= testCount / 2) break;
  }
  const failures = (bug: FoundBug): number => bug.visibleFailures + bug.heldOutFailures;
  found.sort(
    (a, b) =>
      Number(isGood(b)) - Number(isGood(a)) ||
      failures(a) - failures(b) ||
      a.mutation.editSize - b.mutation.editSize,
  );
  for (const bug of found) {
    const proved = await proveBug(ground, row, bug);
    if (proved !== null) return proved;
  }
  return null;
}

function isGood({ isLoud, mutation }: FoundBug): boolean {
  return !isLoud && mutation.editSize <= largestEdit && !isOddMixUp(mutation);
}

/** A change of code that only raises or logs teaches nothing. */
function isQuiet(mutation: Mutation): boolean {
  return !/^\s*(raise|warn\(|warnings\.|logger\.)/m.test(mutation.before);
}

async function tryMutation(ground: ProvingGround, row: Row, mutation: Mutation): Promise<FoundBug | null> {
  const { visible, heldOut } = expectedStatuses(row);
  const tests = [...visible.keys(), ...heldOut.keys()];
  const limits = variantLimits(row);
  const report = await runVariant(ground, row, { fileContent: mutation.fileContent, tests, limits });
  if (report.ended !== 'completed' || stoppedBeforeTests(report)) return null;
  if (tests.some((id) => report.tests[id] === undefined)) return null;
  const visibleFailures = unexpectedTests(report, visible).length;
  const heldOutFailures = unexpectedTests(report, heldOut).length;
  const noticed = visibleFailures > 0 && (heldOutFailures > 0 || heldOut.size === 0);
  const isLoud = unexpectedTests(report, visible).every((id) => cannotRun(report.tests[id]?.message ?? ''));
  const errorMessage = describeFailures(partOf(report, visible.keys()), visible.keys());
  return noticed ? { mutation, visibleFailures, heldOutFailures, isLoud, errorMessage } : null;
}

function cannotRun(message: string): boolean {
  const last = message.trimEnd().split('\n').at(-1) ?? '';
  return /^(TypeError|NameError|UnboundLocalError|AttributeError)\b/.test(last);
}

/** Runs the visible side alone, as grading does, in the strict lane; what a prompt shows must be the same in three processes. */
async function proveBug(ground: ProvingGround, row: Row, bug: FoundBug): Promise<FoundBug | null> {
  const { visible } = expectedStatuses(row);
  const run = { fileContent: bug.mutation.fileContent, tests: [...visible.keys()] };
  const outputIn = async (lane: 'pre' | 'full'): Promise<string> =>
    describeFailures(await runVariant(ground, row, { ...run, lane }), visible.keys());
  const seen = await runVariant(ground, row, { ...run, lane: 'strict' });
  if (seen.ended !== 'completed' || stoppedBeforeTests(seen)) return null;
  const visibleFailures = unexpectedTests(seen, visible).length;
  const errorMessage = describeFailures(seen, visible.keys());
  if (visibleFailures === 0 || saysWhatChanges(errorMessage, new Date())) return null;
  const isSame =
    errorMessage === (await outputIn('pre')) &&
    (errorMessage === bug.errorMessage || errorMessage === (await outputIn('full')));
  return isSame ? { ...bug, visibleFailures, errorMessage } : null;
}

/** The failing tests' output in the words of Python's own runner, closed by its two summary lines. */
export function describeFailures(report: TestReport, ids: Iterable<string>): string {
  const blocks: string[] = [];
  const counts = { failures: 0, errors: 0 };
  for (const id of [...ids].sort()) {
    const result = report.tests[id];
    if (result?.status !== 'failed' && result?.status !== 'error') continue;
    const isError = result.status === 'error';
    counts[isError ? 'errors' : 'failures'] += 1;
    const head = `${isError ? 'ERROR' : 'FAIL'}: ${describeTest(id)}`;
    blocks.push(`${'='.repeat(70)}\n${head}\n${'-'.repeat(70)}\n${result.message.trimEnd()}\n`);
  }
  const summary = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${word}=${count}`);
  const ran = `Ran ${Object.keys(report.tests).length} tests`;
  return `${blocks.join('\n')}\n${'-'.repeat(70)}\n${ran}\n\nFAILED (${summary.join(', ')})\n`;
}
