import { isSabotageCheckable } from '../../core/integrity.ts';
import type { Row } from '../../core/row.ts';
import { expectedStatuses, methodLines, referenceMethod } from '../../core/rowHelpers.ts';
import type { ExpectedStatuses } from '../../core/verdicts.ts';
import { withAdditions } from './rowRequest.ts';
import type { ProvingGround } from './runVariant.ts';
import { runVariant, unexpectedTests } from './runVariant.ts';
import { seededOrder } from './seededOrder.ts';

/**
 * Runs in which the reference must pass: first in the row's own order, then, when all that the row proves was run, with the
 * two sides apart, as in grading, and in these lanes: in its own order again, and in two others.
 */
const lanesOfOrders = ['full', 'full', 'strict'] as const;
const referenceRuns = 2 + lanesOfOrders.length;

/**
 * A reference that works longer is no use for a benchmark: it is run for each proof, and for each answer. What is kept must
 * not depend on the machine's mood, which can only add to the time: of some runs that take up to twice as long, the quickest
 * counts.
 */
const slowestCpuSeconds = 2;
const runsUntilSlow = 3;

/** A row after a run of its reference, or the tests that did not do what they should. */
export type Referenced =
  | { readonly kind: 'passes'; readonly row: Row }
  | { readonly kind: 'wrong_tests'; readonly tests: readonly string[] }
  | { readonly kind: 'left_out'; readonly reason: string };

/** The first run: the row knows then how long its other variants may take. */
export async function runReferenceOnce(ground: ProvingGround, row: Row): Promise<Referenced> {
  const expected = allExpected(row);
  for (let run = 0; run < runsUntilSlow; run += 1) {
    const report = await runVariant(ground, row, {
      fileContent: row.raw_file_content,
      tests: [...expected.keys()],
      limits: { cpuSeconds: 2 * slowestCpuSeconds },
    });
    const { cpuSeconds, ended } = report;
    const isSlow = cpuSeconds > slowestCpuSeconds;
    if (isSlow && ended === 'timed_out') break;
    const tests = unexpectedTests(report, expected);
    if (tests.length > 0) return { kind: 'wrong_tests', tests };
    if (isSlow) continue;
    const reference_seconds = { visible: cpuSeconds, held_out: 0 };
    return { kind: 'passes', row: withAdditions(row, { reference_seconds }) };
  }
  return { kind: 'left_out', reason: 'tests_too_slow' };
}

/** The other runs: the row then says that its tests pass every time, and whether they notice sabotage. */
export async function proveReference(ground: ProvingGround, row: Row): Promise<Referenced> {
  const { visible, heldOut } = expectedStatuses(row);
  const seen = await runReferenceSide(ground, row, visible);
  const hidden = await runReferenceSide(ground, row, heldOut);
  const wrong = [...(seen?.wrong ?? []), ...(hidden?.wrong ?? [])];
  if (wrong.length > 0) return { kind: 'wrong_tests', tests: wrong };
  const tests = await runInOtherOrders(ground, row);
  if (tests.length > 0) return { kind: 'wrong_tests', tests };
  const sabotage_noticed = { visible: seen?.isNoticed ?? false, held_out: hidden?.isNoticed ?? null };
  const evidence = { failing_stubs: [], ...row.triathlon?.evidence, reference_passes: referenceRuns };
  return { kind: 'passes', row: withAdditions(row, { evidence, sabotage_noticed }) };
}

/** What one of a row's lists of tests did with the reference. */
export interface ReferenceSide {
  readonly wrong: readonly string[];
  /** The tests fail when the reference's results are replaced by others. */
  readonly isNoticed: boolean;
}

/** The reference as grading runs a candidate; null where the side has no tests. */
export async function runReferenceSide(
  ground: ProvingGround,
  row: Row,
  expected: ExpectedStatuses,
): Promise<ReferenceSide | null> {
  if (expected.size === 0) return null;
  const reference = { line: methodLines(row).first + 1, code: referenceMethod(row) };
  const report = await runVariant(ground, row, {
    fileContent: row.raw_file_content,
    tests: [...expected.keys()],
    lane: 'pre',
    integrity: { candidate: reference, reference, suspicions: [] },
  });
  return {
    wrong: unexpectedTests(report, expected),
    isNoticed: report.integrity !== undefined && isSabotageCheckable(report.integrity),
  };
}

/** The row's own order once more, after all that was run of the row, and then others. */
async function runInOtherOrders(ground: ProvingGround, row: Row): Promise<readonly string[]> {
  const expected = allExpected(row);
  for (const [run, lane] of lanesOfOrders.entries()) {
    const ids = [...expected.keys()];
    const tests = run === 0 ? ids : seededOrder(ids, (id) => id, `order ${run}`);
    const report = await runVariant(ground, row, { fileContent: row.raw_file_content, tests, lane });
    const wrong = unexpectedTests(report, expected);
    if (wrong.length > 0) return wrong;
  }
  return [];
}

function allExpected(row: Row): ExpectedStatuses {
  const { visible, heldOut } = expectedStatuses(row);
  return new Map([...visible, ...heldOut]);
}
