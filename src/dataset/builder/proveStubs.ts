import type { Row } from '../../core/row.ts';
import { expectedStatuses } from '../../core/rowHelpers.ts';
import type { TestReport } from '../../core/testReport.ts';
import type { PythonParser } from '../../python/pythonTypes.ts';
import { withAdditions } from './rowRequest.ts';
import type { ProvingGround } from './runVariant.ts';
import { runVariant, stoppedBeforeTests, unexpectedTests } from './runVariant.ts';
import { stubVariants } from './stubVariants.ts';
import type { Witnesses } from './witnesses.ts';
import { chooseWitnesses, failsBoth, failsOnBothSides } from './witnesses.ts';

/** A row whose stubs all fail, and tests that show it quickly. */
export interface Stubbed {
  readonly row: Row;
  readonly witnesses: Witnesses;
}

/** The first stubs are run under all tests: how many fail is a mark of the row. */
const runInFull = 2;

/** The row with what its stubs show, or which one visible or held-out tests let pass. */
export async function proveStubs(
  ground: ProvingGround,
  parser: PythonParser,
  row: Row,
): Promise<Stubbed | string> {
  const variants = stubVariants(parser, row);
  const { visible, heldOut } = expectedStatuses(row);
  const expected = new Map([...visible, ...heldOut]);
  const reports: TestReport[] = [];
  for (const { name, fileContent } of variants.slice(0, runInFull)) {
    const report = await runVariant(ground, row, { fileContent, tests: [...expected.keys()] });
    if (!failsBoth(report, visible, heldOut)) return `survives_${name}`;
    reports.push(report);
  }
  const witnesses = chooseWitnesses(row, reports);
  for (const { name, fileContent } of variants.slice(runInFull)) {
    if (!(await failsOnBothSides(ground, row, { fileContent, witnesses }))) return `survives_${name}`;
  }
  const raising = reports[variants.findIndex(({ name }) => name === 'raise_stub')];
  const { difficulty } = row.triathlon ?? {};
  const stub_failures = raising === undefined ? 0 : unexpectedTests(raising, expected).length;
  const failing_stubs = variants.map(({ name }) => name);
  const additions = {
    load_bearing: raising !== undefined && stoppedBeforeTests(raising),
    ...(difficulty === undefined ? {} : { difficulty: { ...difficulty, stub_failures } }),
    evidence: { reference_passes: 0, failing_stubs },
  };
  return { row: withAdditions(row, additions), witnesses };
}
