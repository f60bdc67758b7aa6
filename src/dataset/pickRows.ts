import type { Row } from '../core/row.ts';

/** Characters of a file that goes whole into the context of a small model. */
const shortFile = 5000;

/**
 * The rows whose reference is graded quickest, at most two of a file, in the dataset's own order; rows without held-out tests
 * only where there are too few others, and a quarter of all from short files, which every model has room for.
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
  const take = (candidates: readonly Row[], most: number): void => {
    for (const row of candidates) {
      const ofFile = perFile.get(row.file_path) ?? 0;
      if (picked.size >= most || picked.has(row) || ofFile >= 2) continue;
      picked.add(row);
      perFile.set(row.file_path, ofFile + 1);
    }
  };
  take(
    quickest.filter((row) => row.raw_file_content.length <= shortFile),
    Math.floor(count / 4),
  );
  take(quickest, count);
  return rows.filter((row) => picked.has(row));
}
