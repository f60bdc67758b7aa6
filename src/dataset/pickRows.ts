import type { Row } from '../core/row.ts';

/**
 * The rows whose reference is graded quickest, at most two of a file, in the dataset's own order; rows without held-out tests
 * only where there are too few others.
 */
export function pickQuickRows(rows: readonly Row[], count: number): readonly Row[] {
  // Where nothing was measured, few tests are quick.
  const seconds = (row: Row): number => {
    const measured = row.triathlon?.reference_seconds;
    const known = (measured?.visible ?? 0) + (measured?.held_out ?? 0);
    const tests = row.tests.full_paths.length + (row.triathlon?.held_out_tests.length ?? 0);
    return measured === undefined ? Infinity : known || tests;
  };
  const isShownWhole = (row: Row): number => Number(!row.triathlon?.held_out_tests.length);
  const quickest = [...rows].sort(
    (a, b) => isShownWhole(a) - isShownWhole(b) || seconds(a) - seconds(b) || (a.dp_id < b.dp_id ? -1 : 1),
  );
  const picked = new Set<Row>();
  const perFile = new Map<string, number>();
  for (const row of quickest) {
    const ofFile = perFile.get(row.file_path) ?? 0;
    if (picked.size >= count || ofFile >= 2) continue;
    picked.add(row);
    perFile.set(row.file_path, ofFile + 1);
  }
  return rows.filter((row) => picked.has(row));
}
