import type { Row } from '../../core/row.ts';
import { draftRow } from './draftRow.ts';
import type { Referenced } from './proveReference.ts';
import { proveReference, runReferenceOnce } from './proveReference.ts';
import { proveStubs } from './proveStubs.ts';
import type { RowRequest } from './rowRequest.ts';
import type { ProvingGround } from './runVariant.ts';

/** How often tests that do not always pass are taken away and the others split anew. */
const mostDrafts = 3;

/** The row with tests that pass for the reference every time and fail for every stub, or why there is none. */
export async function proveTests(ground: ProvingGround, request: RowRequest): Promise<Row | string> {
  const excluded = new Set<string>();
  for (let draft = 0; draft < mostDrafts; draft += 1) {
    const drafted = draftRow(ground, request, excluded);
    if (drafted === null) return draft === 0 ? 'tests_cannot_be_split' : 'reference_fails';
    const proved = await proveDraft(ground, request, drafted);
    if (proved.kind === 'passes') return proved.row;
    if (proved.kind === 'left_out') return proved.reason;
    for (const id of proved.tests) excluded.add(id);
  }
  return 'reference_fails';
}

/** The cheapest questions first: a method that may do nothing is not worth its other proofs. */
async function proveDraft(ground: ProvingGround, { parser }: RowRequest, drafted: Row): Promise<Referenced> {
  const first = await runReferenceOnce(ground, drafted);
  if (first.kind !== 'passes') return first;
  const stubbed = await proveStubs(ground, parser, first.row);
  if (typeof stubbed === 'string') return { kind: 'left_out', reason: stubbed };
  return proveReference(ground, stubbed);
}
