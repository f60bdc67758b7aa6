import type { Row } from '../../core/row.ts';
import { expectedStatuses } from '../../core/rowHelpers.ts';
import type { PythonParser } from '../../python/pythonTypes.ts';
import { withAdditions } from './rowRequest.ts';
import type { ProvingGround } from './runVariant.ts';
import { runVariant, stoppedBeforeTests, unexpectedTests, variantLimits } from './runVariant.ts';
import { stubVariants } from './stubVariants.ts';
import type { Witnesses } from './witnesses.ts';
import { chooseWitnesses, failsBoth, failsOnBothSides } from './witnesses.ts';

/** A row whose stubs all fail, and tests that show it quickly. */
export interface Stubbed {
  readonly row: Row;
  readonly witnesses: Witnesses;
}

/** The row with what its stubs show, or which one visible or held-out tests let pass. */
export async function proveStubs(
  ground: ProvingGround,
  parser: PythonParser,
  row: Row,
): Promise<Stubbed | string> {
  const variants = stubVariants(parser, row);
  const raising = variants.find(({ name }) => name === 'raise_stub');
  if (raising === undefined) return 'no_stub_fits';
  const { visible, heldOut } = expectedStatuses(row);
  const expected = new Map([...visible, ...heldOut]);
  const { fileContent } = raising;
  // Under all tests: how many fail is a mark of the row.
  const tests = [...expected.keys()];
  const report = await runVariant(ground, row, { fileContent, tests, limits: variantLimits(row) });
  if (!failsBoth(report, visible, heldOut)) return 'survives_raise_stub';
  const witnesses = chooseWitnesses(row, report);
  for (const stub of variants.filter((each) => each !== raising)) {
    const fails = await failsOnBothSides(ground, row, { fileContent: stub.fileContent, witnesses });
    if (!fails) return `survives_${stub.name}`;
  }
  const { difficulty } = row.triathlon ?? {};
  const stub_failures = unexpectedTests(report, expected).length;
  const failing_stubs = variants.map(({ name }) => name);
  const additions = {
    load_bearing: stoppedBeforeTests(report),
    ...(difficulty === undefined ? {} : { difficulty: { ...difficulty, stub_failures } }),
    evidence: { reference_passes: 0, failing_stubs },
  };
  return { row: withAdditions(row, additions), witnesses };
}
