import type { Row } from '../core/row.ts';
import { expectedStatuses } from '../core/rowHelpers.ts';
import type { PreparedEnvironment } from '../ports/sandbox.ts';
import type { PythonParser } from '../python/pythonTypes.ts';
import { findMethods } from './builder/findMethods.ts';
import { findTwins } from './builder/findTwins.ts';
import { runReferenceSide } from './builder/proveReference.ts';
import type { ProvingGround } from './builder/runVariant.ts';

/** `dp_id`s of the rows whose whole method stands in the environment a second time. */
export async function findRowTwins(
  environment: PreparedEnvironment,
  rows: readonly Row[],
  parser: PythonParser,
): Promise<ReadonlySet<string>> {
  const sources = new Map(rows.map((row) => [row.file_path, row.raw_file_content]));
  const methods = rows.flatMap((row) => {
    const name = row.triathlon?.qualified_name ?? row.method.name;
    const found = findMethods(parser, row.raw_file_content).methods;
    const method = found.find(({ definition }) => definition.qualifiedName === name);
    return method === undefined ? [] : [{ name: row.dp_id, filePath: row.file_path, method }];
  });
  return (await findTwins(environment, methods, sources)).whole;
}

/** Whether the row's tests take sabotage of the reference as its mark says; null for rows without a mark. */
export async function isMarkTrue(ground: ProvingGround, row: Row): Promise<boolean | null> {
  const mark = row.triathlon?.sabotage_noticed;
  if (mark === undefined) return null;
  const { visible, heldOut } = expectedStatuses(row);
  const seen = await runReferenceSide(ground, row, visible);
  const hidden = await runReferenceSide(ground, row, heldOut);
  return seen?.isNoticed === mark.visible && (hidden?.isNoticed ?? null) === mark.held_out;
}
