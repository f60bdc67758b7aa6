import type { Row } from '../../core/row.ts';
import { expectedStatuses } from '../../core/rowHelpers.ts';
import type { TestReport } from '../../core/testReport.ts';
import type { ExpectedStatuses } from '../../core/verdicts.ts';
import type { ProvingGround } from './runVariant.ts';
import { passes, runVariant, unexpectedTests, variantLimits } from './runVariant.ts';

/** Tests of both sides, a few each, that fail for a method that raises: they show quickly that a variant fails. */
export type Witnesses = readonly string[];

const witnessesPerSide = 4;

/** The quickest of those that fail in a report; none where a side has none. */
export function chooseWitnesses(row: Row, report: TestReport): Witnesses {
  const { visible, heldOut } = expectedStatuses(row);
  const sides = [visible, heldOut]
    .filter((side) => side.size > 0)
    .map((side) => failingFirst(side, report).slice(0, witnessesPerSide));
  return sides.some((side) => side.length === 0) ? [] : sides.flat();
}

function failingFirst(expected: ExpectedStatuses, { tests }: TestReport): readonly string[] {
  const failing = [...expected].filter(
    ([id, status]) => tests[id] !== undefined && tests[id].status !== status,
  );
  const seconds = (id: string): number => tests[id]?.seconds ?? 0;
  return failing.map(([id]) => id).sort((a, b) => seconds(a) - seconds(b) || (a < b ? -1 : 1));
}

/** One test may fail only because others did not run before it. */
const enoughWitnesses = 2;

/** Quicker tests are all run at once: where the witnesses did not tell, they would be run after them. */
const quickSeconds = 0.3;

/**
 * Neither side passes. What fails for several witnesses fails for all tests: only where it does not are all of them run,
 * so which tests were chosen changes nothing but the time.
 */
export async function failsOnBothSides(
  ground: ProvingGround,
  row: Row,
  { fileContent, witnesses }: { readonly fileContent: string; readonly witnesses: Witnesses },
): Promise<boolean> {
  const { visible, heldOut } = expectedStatuses(row);
  const all = [...visible.keys(), ...heldOut.keys()];
  const limits = variantLimits(row);
  const seconds = row.triathlon?.reference_seconds.visible ?? 0;
  const isQuick = seconds > 0 && seconds < quickSeconds;
  if (witnesses.length > 0 && 2 * witnesses.length < all.length && !isQuick) {
    const report = await runVariant(ground, row, { fileContent, tests: witnesses, limits });
    if ([visible, heldOut].every((side) => failsForWitnesses(report, side, witnesses))) return true;
  }
  return failsBoth(await runVariant(ground, row, { fileContent, tests: all, limits }), visible, heldOut);
}

function failsForWitnesses(report: TestReport, side: ExpectedStatuses, witnesses: Witnesses): boolean {
  const among = new Map([...side].filter(([id]) => witnesses.includes(id)));
  const failing = unexpectedTests(report, among).length;
  return report.ended !== 'completed' || failing >= Math.min(enoughWitnesses, side.size);
}

/** Whether neither of two lists of tests passes; an empty second one is none. */
export function failsBoth(report: TestReport, visible: ExpectedStatuses, heldOut: ExpectedStatuses): boolean {
  return !passes(report, visible) && (heldOut.size === 0 || !passes(report, heldOut));
}
