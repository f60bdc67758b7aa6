import type { Row } from '../core/row.ts';
import type { Dataset } from './readDataset.ts';
import type { ValidationTable } from './validateDataset.ts';

/** The check that says whether the rows were proved on this environment; restamping is what makes it hold. */
export const environmentCheck = 'environment is the named one';

/** The rows for which everything else held, with the digest of the environment and the seconds of this machine. */
export function restampRows(dataset: Dataset, table: ValidationTable): readonly Row[] {
  const checks = table.checks.filter(({ check }) => check !== environmentCheck);
  const broken = new Set(checks.flatMap((check) => check.broken));
  const kept = dataset.rows.filter((row) => !broken.has(row.dp_id));
  return kept.map((row) => {
    const { triathlon } = row;
    if (triathlon === undefined) return row;
    const reference_seconds = table.seconds[row.dp_id] ?? triathlon.reference_seconds;
    return { ...row, triathlon: { ...triathlon, environment: table.environment, reference_seconds } };
  });
}
