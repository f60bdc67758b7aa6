import type { ItemRef } from '../src/core/flow/plans.ts';
import type { Row } from '../src/core/row.ts';
import type { RunRequest } from '../src/core/run.ts';
import { rowsInQuarantine } from '../src/dataset/rowsInQuarantine.ts';
import type { PreparedEnvironment } from '../src/ports/sandbox.ts';

/** The items of a run with a test that is in quarantine; the rows are those that the run uses. */
export async function quarantinedItems(
  environment: PreparedEnvironment,
  items: readonly ItemRef[],
  rows: readonly Row[],
): Promise<readonly string[]> {
  // An environment elsewhere has its quarantine there.
  if (environment.root === '') return [];
  const unsteady = new Set(await rowsInQuarantine(environment, rows));
  return items.filter(({ row }) => unsteady.has(rows[row]?.dp_id ?? '')).map(({ item }) => item);
}

/** Said when a run is submitted; its table says it again. */
export function quarantineNotices({ datasetPath }: RunRequest, items: readonly string[]): string[] {
  if (items.length === 0) return [];
  return [
    `${datasetPath}: ${items.length} items use tests that are in quarantine, for they are unsteady on the reference itself ` +
      `(${items.slice(0, 3).join(', ')}${items.length > 3 ? ' …' : ''}). They are run, and the table names them; bench env list shows the tests.`,
  ];
}
