import type { Row } from '../../core/row.ts';
import { taskNames } from '../../core/row.ts';
import type { PythonParser } from '../../python/pythonTypes.ts';
import { chooseCuts } from './chooseCuts.ts';
import { findBug } from './findBug.ts';
import { measureMemorisation } from './measureMemorisation.ts';
import { proveCuts } from './proveCuts.ts';
import { proveTests } from './proveTests.ts';
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

async function proveRow(ground: ProvingGround, request: RowRequest): Promise<BuiltRow> {
  const { parser, source, located } = request;
  const { definition } = located.method;
  if (chooseCuts(parser, { source, definition }, 50).length === 0) return leftOut('no_completion_cut');
  const proved = await proveTests(ground, request);
  if (typeof proved === 'string') return leftOut(proved);
  const cut = await proveCuts(ground, request, proved);
  if (cut === null) return leftOut('rest_does_not_matter');
  const bug = await findBug(ground, cut, { parser, definition, seed: `${request.seed} ${located.name}` });
  if (bug === null) return leftOut('no_bug_that_both_sides_notice');
  const { operator, before, after, fileContent } = bug.mutation;
  const { visibleFailures, heldOutFailures } = bug;
  const failures = { visible_failures: visibleFailures, held_out_failures: heldOutFailures };
  const row: Row = {
    ...withAdditions(cut, {
      repair: { operator, before, after, ...failures },
      memorisation: measureMemorisation(parser, cut, request.recurringLines),
      reference_seconds: notMeasured,
    }),
    file_with_buggy_method: fileContent,
    test_error_message: bug.errorMessage,
  };
  return isWhatTasksMakeOfIt(parser, row) ? { kind: 'row', row } : leftOut('unusable_by_a_task');
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

function leftOut(reason: string): BuiltRow {
  return { kind: 'left_out', reason };
}
