import type { Row, RowAdditions } from '../../core/row.ts';
import { taskNames } from '../../core/row.ts';
import { expectedStatuses } from '../../core/rowHelpers.ts';
import type { PythonParser } from '../../python/pythonTypes.ts';
import { chooseCuts } from './chooseCuts.ts';
import { composeRow } from './composeRow.ts';
import { findBug } from './findBug.ts';
import type { LocatedMethod, ReachingTest } from './reachedTests.ts';
import { poolSize, preferTests } from './reachedTests.ts';
import type { Variant } from './rowVariants.ts';
import { candidateFile, completionVariants, stubVariants } from './rowVariants.ts';
import type { ProvingGround } from './runVariant.ts';
import { passes, runVariant, stoppedBeforeTests, unexpectedTests } from './runVariant.ts';
import { splitTests } from './splitTests.ts';

/** A method that became a row, or why it did not. */
export type BuiltRow =
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'left_out'; readonly reason: string };

export interface RowRequest {
  readonly located: LocatedMethod;
  readonly source: string;
  readonly tests: readonly ReachingTest[];
  readonly parser: PythonParser;
  readonly seed: string;
}

/** Makes a row of a method and proves it: every step that does not hold leaves the method out with a reason. */
export async function buildRow(ground: ProvingGround, request: RowRequest): Promise<BuiltRow> {
  const cuts = chooseCuts(request.parser, request.source, request.located.method.definition);
  if (cuts.length === 0) return leftOut('no_completion_cut');
  const drafted = draftRow(ground, request, new Set());
  if (drafted === null) return leftOut('tests_cannot_be_split');
  // The cheapest question first: a method that may do nothing is not worth its other proofs.
  if (!(await allFail(ground, drafted, stubVariants(drafted).slice(0, 1)))) return leftOut('survives_a_stub');
  const referenced = await proveReference(ground, request, drafted);
  if (referenced === null) return leftOut('reference_fails');
  const stubbed = await proveStubs(ground, referenced);
  if (stubbed === null) return leftOut('survives_a_stub');
  const cut = await proveCut(ground, request.parser, { row: stubbed, cuts });
  if (cut === null) return leftOut('rest_does_not_matter');
  const { parser, seed } = request;
  const { definition } = request.located.method;
  const bug = await findBug(ground, cut, { parser, definition, seed: `${seed} ${request.located.name}` });
  if (bug === null) return leftOut('no_bug_that_both_sides_notice');
  const { operator, before, after, fileContent } = bug.mutation;
  const { visibleFailures, heldOutFailures } = bug;
  const repair = {
    operator,
    before,
    after,
    visible_failures: visibleFailures,
    held_out_failures: heldOutFailures,
  };
  const row: Row = {
    ...withAdditions(cut, { repair }),
    file_with_buggy_method: fileContent,
    test_error_message: bug.errorMessage,
  };
  return isWhatTasksMakeOfIt(parser, row) ? { kind: 'row', row } : leftOut('unusable_by_a_task');
}

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

function withAdditions(row: Row, changes: Partial<RowAdditions>): Row {
  return row.triathlon === undefined ? row : { ...row, triathlon: { ...row.triathlon, ...changes } };
}

function draftRow(ground: ProvingGround, request: RowRequest, excluded: ReadonlySet<string>): Row | null {
  const { located, source, seed } = request;
  const pool = preferTests(
    request.tests.filter(({ id }) => !excluded.has(id)),
    poolSize,
  );
  const splittable = pool.map(({ id }) => ({ id, source: null }));
  const split = splitTests(splittable, `${seed} ${located.name}`);
  if (split === null) return null;
  return composeRow({
    method: located.method,
    filePath: located.filePath,
    source,
    visible: split.visible,
    additions: {
      schema: 1,
      qualified_name: located.method.definition.qualifiedName,
      environment: ground.environment.digest,
      held_out_tests: split.heldOut,
      expected_statuses: {},
      reference_seconds: { visible: 0, held_out: 0 },
      load_bearing: false,
      single_test: split.heldOut.length === 0,
    },
  });
}

/** Runs both sides of the reference, once more without the tests that only pass in company. */
async function proveReference(ground: ProvingGround, request: RowRequest, drafted: Row): Promise<Row | null> {
  const excluded = new Set<string>();
  let row: Row | null = drafted;
  for (let attempt = 0; attempt < 3 && row !== null; attempt += 1) {
    const { visible, heldOut } = expectedStatuses(row);
    const fileContent = row.raw_file_content;
    const seen = await runVariant(ground, row, { fileContent, tests: [...visible.keys()] });
    const hidden =
      heldOut.size === 0 ? null : await runVariant(ground, row, { fileContent, tests: [...heldOut.keys()] });
    const wrong = [
      ...unexpectedTests(seen, visible),
      ...(hidden === null ? [] : unexpectedTests(hidden, heldOut)),
    ];
    if (wrong.length === 0) {
      const reference_seconds = {
        visible: round(seen.wallSeconds),
        held_out: round(hidden?.wallSeconds ?? 0),
      };
      return withAdditions(row, { reference_seconds });
    }
    for (const id of wrong) excluded.add(id);
    row = draftRow(ground, request, excluded);
  }
  return null;
}

async function proveStubs(ground: ProvingGround, row: Row): Promise<Row | null> {
  let loadBearing = false;
  for (const { name, fileContent } of stubVariants(row)) {
    const outcome = await failsBothSides(ground, row, fileContent);
    if (!outcome.fails) return null;
    if (name === 'raise_stub') loadBearing = outcome.stopped;
  }
  return withAdditions(row, { load_bearing: loadBearing });
}

/** Cuts tried at most: a method whose ends do not matter to its tests has no good one. */
const maxCuts = 3;

async function proveCut(
  ground: ProvingGround,
  parser: PythonParser,
  { row, cuts }: { readonly row: Row; readonly cuts: readonly number[] },
): Promise<Row | null> {
  for (const cut of cuts.slice(0, maxCuts)) {
    const cutRow = withAdditions(row, { completion: { cut_line: cut } });
    const variants = completionVariants(parser, cutRow);
    if (variants.length > 0 && (await allFail(ground, row, variants))) return cutRow;
  }
  return null;
}

async function allFail(ground: ProvingGround, row: Row, variants: readonly Variant[]): Promise<boolean> {
  for (const { fileContent } of variants) {
    const { fails } = await failsBothSides(ground, row, fileContent);
    if (!fails) return false;
  }
  return true;
}

/** One run for both sides: they are proved apart when the dataset is validated. */
async function failsBothSides(
  ground: ProvingGround,
  row: Row,
  fileContent: string,
): Promise<{ readonly fails: boolean; readonly stopped: boolean }> {
  const { visible, heldOut } = expectedStatuses(row);
  const report = await runVariant(ground, row, {
    fileContent,
    tests: [...visible.keys(), ...heldOut.keys()],
  });
  const fails = !passes(report, visible) && (heldOut.size === 0 || !passes(report, heldOut));
  return { fails, stopped: stoppedBeforeTests(report) };
}

function round(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
