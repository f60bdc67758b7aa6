import type { Row } from '../../core/row.ts';
import { taskNames } from '../../core/row.ts';
import type { PythonParser } from '../../python/pythonTypes.ts';
import { chooseCuts } from './chooseCuts.ts';
import { draftRow } from './draftRow.ts';
import { findBug } from './findBug.ts';
import { measureMemorisation } from './measureMemorisation.ts';
import { proveCuts } from './proveCuts.ts';
import type { Referenced } from './proveReference.ts';
import { proveReference, runReferenceOnce } from './proveReference.ts';
import { proveStubs } from './proveStubs.ts';
import type { RowRequest } from './rowRequest.ts';
import { withAdditions } from './rowRequest.ts';
import { candidateFile } from './rowVariants.ts';
import type { ProvingGround } from './runVariant.ts';

/** A method that became a row, or why it did not. */
export type BuiltRow =
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'left_out'; readonly reason: string };

/** Makes a row of a method and proves it: every step that does not hold leaves the method out with a reason. */
export async function buildRow(ground: ProvingGround, request: RowRequest): Promise<BuiltRow> {
  let agree = true;
  const onDisagreement = (): void => {
    agree = false;
  };
  const built = await proveRow({ ...ground, onDisagreement }, request);
  return agree ? built : leftOut('lanes_disagree');
}

/** How often tests that do not always pass are taken away and the others split anew. */
const mostDrafts = 3;

async function proveRow(ground: ProvingGround, request: RowRequest): Promise<BuiltRow> {
  const { parser, source, located } = request;
  const { definition } = located.method;
  if (chooseCuts(parser, { source, definition }, 50).length === 0) return leftOut('no_completion_cut');
  const excluded = new Set<string>();
  for (let draft = 0; draft < mostDrafts; draft += 1) {
    const drafted = draftRow(ground, request, excluded);
    if (drafted === null) return leftOut(draft === 0 ? 'tests_cannot_be_split' : 'reference_fails');
    const proved = await proveDraft(ground, request, drafted);
    if (proved.kind === 'left_out') return proved;
    if (proved.kind === 'passes') {
      return isWhatTasksMakeOfIt(parser, proved.row)
        ? { kind: 'row', row: proved.row }
        : leftOut('unusable_by_a_task');
    }
    for (const id of proved.tests) excluded.add(id);
  }
  return leftOut('reference_fails');
}

/** The cheapest proofs first, and those of the reference in other orders last: few methods get so far in vain. */
async function proveDraft(ground: ProvingGround, request: RowRequest, drafted: Row): Promise<Referenced> {
  const { parser, located } = request;
  const { definition } = located.method;
  const first = await runReferenceOnce(ground, drafted);
  if (first.kind !== 'passes') return first;
  const stubbed = await proveStubs(ground, parser, first.row);
  if (typeof stubbed === 'string') return leftOut(stubbed);
  const cut = await proveCuts(ground, request, stubbed);
  if (cut === null) return leftOut('rest_does_not_matter');
  const bug = await findBug(ground, cut, { parser, definition, seed: `${request.seed} ${located.name}` });
  if (bug === null) return leftOut('no_bug_that_both_sides_notice');
  const proved = await proveReference(ground, cut);
  if (proved.kind !== 'passes') return proved;
  const { operator, before, after, fileContent } = bug.mutation;
  const { visibleFailures, heldOutFailures } = bug;
  const failures = { visible_failures: visibleFailures, held_out_failures: heldOutFailures };
  const additions = {
    repair: { operator, before, after, ...failures },
    memorisation: measureMemorisation(parser, cut, request.recurringLines),
    reference_seconds: notMeasured,
  };
  const row = {
    ...withAdditions(proved.row, additions),
    file_with_buggy_method: fileContent,
    test_error_message: bug.errorMessage,
  };
  return { kind: 'passes', row };
}

/** Seconds differ from run to run: a row that is built twice says the same twice. */
const notMeasured = { visible: 0, held_out: 0 };

/** Every task finds the reference in the reference's own answer, and a candidate in the stub's. */
function isWhatTasksMakeOfIt(parser: PythonParser, row: Row): boolean {
  return taskNames.every(
    (task) =>
      candidateFile(parser, row, { task, answer: 'reference' }) === row.raw_file_content &&
      candidateFile(parser, row, { task, answer: 'stub' }) !== null,
  );
}

function leftOut(reason: string): { readonly kind: 'left_out'; readonly reason: string } {
  return { kind: 'left_out', reason };
}
