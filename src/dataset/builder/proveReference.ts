import type { Row } from '../../core/row.ts';
import { expectedStatuses } from '../../core/rowHelpers.ts';
import type { RowRequest } from './rowRequest.ts';
import { withAdditions } from './rowRequest.ts';
import { draftRow } from './draftRow.ts';
import type { ProvingGround } from './runVariant.ts';
import { runVariant, unexpectedTests } from './runVariant.ts';
import { seededOrder } from './seededOrder.ts';

/** Runs in which the reference must pass: one with the two sides apart, as in grading, the others all together. */
const referenceRuns = 5;

/** A reference that takes longer is no use for a benchmark. Coarse: what is kept must not depend on the machine's mood. */
const slowestSideSeconds = 20;

/**
 * The row with tests that pass every time, in different orders, or why there is none. Tests that do not are taken
 * away, and the others are split anew.
 */
export async function proveReference(
  ground: ProvingGround,
  request: RowRequest,
  drafted: Row,
): Promise<Row | string> {
  const excluded = new Set<string>();
  let row: Row | null = drafted;
  for (let attempt = 0; attempt < 3 && row !== null; attempt += 1) {
    const apart = await runApart(ground, row);
    const wrong = apart.wrong.length > 0 ? apart.wrong : await runTogether(ground, row);
    if (wrong.length === 0) {
      const { visible, held_out } = apart.seconds;
      if (Math.max(visible, held_out) > slowestSideSeconds) return 'tests_too_slow';
      const evidence = { reference_passes: referenceRuns, failing_stubs: [] };
      return withAdditions(row, { reference_seconds: apart.seconds, evidence });
    }
    for (const id of wrong) excluded.add(id);
    row = draftRow(ground, request, excluded);
  }
  return 'reference_fails';
}

interface Apart {
  readonly wrong: readonly string[];
  readonly seconds: { readonly visible: number; readonly held_out: number };
}

async function runApart(ground: ProvingGround, row: Row): Promise<Apart> {
  const { visible, heldOut } = expectedStatuses(row);
  const fileContent = row.raw_file_content;
  const seen = await runVariant(ground, row, { fileContent, tests: [...visible.keys()] });
  const wrong = unexpectedTests(seen, visible);
  if (heldOut.size === 0) return { wrong, seconds: { visible: seen.wallSeconds, held_out: 0 } };
  const hidden = await runVariant(ground, row, { fileContent, tests: [...heldOut.keys()] });
  return {
    wrong: [...wrong, ...unexpectedTests(hidden, heldOut)],
    seconds: { visible: seen.wallSeconds, held_out: hidden.wallSeconds },
  };
}

async function runTogether(ground: ProvingGround, row: Row): Promise<readonly string[]> {
  const { visible, heldOut } = expectedStatuses(row);
  const expected = new Map([...visible, ...heldOut]);
  for (let run = 1; run < referenceRuns; run += 1) {
    const tests = seededOrder([...expected.keys()], (id) => id, `order ${run}`);
    const report = await runVariant(ground, row, { fileContent: row.raw_file_content, tests });
    const wrong = unexpectedTests(report, expected);
    if (wrong.length > 0) return wrong;
  }
  return [];
}
