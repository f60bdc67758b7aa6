import type { Row } from '../../core/row.ts';
import { expectedStatuses } from '../../core/rowHelpers.ts';
import type { PythonParser } from '../../python/pythonTypes.ts';
import { withAdditions } from './rowRequest.ts';
import type { ProvingGround } from './runVariant.ts';
import { passes, runVariant, stoppedBeforeTests, unexpectedTests } from './runVariant.ts';
import { stubVariants } from './stubVariants.ts';

/** The row with what its stubs show, or which one visible or held-out tests let pass. */
export async function proveStubs(
  ground: ProvingGround,
  parser: PythonParser,
  row: Row,
): Promise<Row | string> {
  const failing_stubs: string[] = [];
  let stub_failures = 0;
  let load_bearing = false;
  for (const { name, fileContent } of stubVariants(parser, row)) {
    const { fails, stopped, failures } = await runBothSides(ground, row, fileContent);
    if (!fails) return `survives_${name}`;
    failing_stubs.push(name);
    if (name !== 'raise_stub') continue;
    load_bearing = stopped;
    stub_failures = failures;
  }
  const { difficulty } = row.triathlon ?? {};
  return withAdditions(row, {
    load_bearing,
    ...(difficulty === undefined ? {} : { difficulty: { ...difficulty, stub_failures } }),
    evidence: { reference_passes: 0, failing_stubs },
  });
}

interface BothSides {
  /** Neither side passes. */
  readonly fails: boolean;
  readonly stopped: boolean;
  readonly failures: number;
}

/** One run for both sides: they are proved apart when the dataset is validated. */
export async function runBothSides(ground: ProvingGround, row: Row, fileContent: string): Promise<BothSides> {
  const { visible, heldOut } = expectedStatuses(row);
  const expected = new Map([...visible, ...heldOut]);
  const report = await runVariant(ground, row, { fileContent, tests: [...expected.keys()] });
  return {
    fails: !passes(report, visible) && (heldOut.size === 0 || !passes(report, heldOut)),
    stopped: stoppedBeforeTests(report),
    failures: unexpectedTests(report, expected).length,
  };
}
