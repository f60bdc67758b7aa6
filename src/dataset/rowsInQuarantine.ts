import type { Row } from '../core/row.ts';
import { readQuarantine } from '../environments/quarantine.ts';
import type { PreparedEnvironment } from '../ports/sandbox.ts';

/** `dp_id`s of the rows that use a test in quarantine, visible or held-out. */
export async function rowsInQuarantine(
  environment: PreparedEnvironment,
  rows: readonly Row[],
): Promise<readonly string[]> {
  const quarantine = await readQuarantine(environment);
  if (quarantine.size === 0) return [];
  return rows.filter((row) => testsOf(row).some((test) => quarantine.has(test))).map(({ dp_id }) => dp_id);
}

/** All tests that grade a row. */
export function testsOf(row: Row): readonly string[] {
  return [...row.tests.full_paths, ...(row.triathlon?.held_out_tests ?? [])];
}
