import type { Row } from '../../core/row.ts';
import type { RowRequest } from './rowRequest.ts';
import { composeRow } from './composeRow.ts';
import { measureDifficulty } from './measureDifficulty.ts';
import { poolSize, preferTests } from './preferTests.ts';
import type { ProvingGround } from './runVariant.ts';
import { splitTests } from './splitTests.ts';

/** A row as nobody has proved it yet, without some tests; null when the others cannot be put on two sides. */
export function draftRow(
  ground: Pick<ProvingGround, 'environment'>,
  request: RowRequest,
  excluded: ReadonlySet<string>,
): Row | null {
  const { located, source, seed, parser } = request;
  const { method, filePath, name } = located;
  const usable = request.tests.filter(({ id }) => !excluded.has(id));
  const pool = preferTests(usable, poolSize).map(({ id }) => ({ id, source: null }));
  const split = splitTests(pool, `${seed} ${name}`);
  if (split === null) return null;
  const packageName = name.split('.')[0] ?? name;
  const difficulty = measureDifficulty({ parser, source, method, packageName });
  return composeRow({
    name,
    method,
    filePath,
    source,
    visible: split.visible,
    additions: {
      schema: 1,
      qualified_name: method.definition.qualifiedName,
      environment: ground.environment.digest,
      held_out_tests: split.heldOut,
      expected_statuses: {},
      reference_seconds: { visible: 0, held_out: 0 },
      load_bearing: false,
      single_test: split.heldOut.length === 0,
      ...(method.description === null ? {} : { description_source: method.description.source }),
      difficulty: { ...difficulty, stub_failures: 0 },
    },
  });
}
