import type { Funnel } from '../datasetHeader.ts';

/** Adds to a table of counts. */
export function countInto(counts: Record<string, number>, reason: string, count = 1): void {
  counts[reason] = (counts[reason] ?? 0) + count;
}

/** The funnel as lines of text, for a terminal and a datasheet. */
export function describeFunnel(funnel: Funnel): readonly string[] {
  const lines = [`${funnel.files} files, ${funnel.functions} functions in those that were read`];
  const steps: readonly [string, Readonly<Record<string, number>>][] = [
    ['file', funnel.filesLeftOut],
    ['text', funnel.leftOutByText],
    ['tests', funnel.leftOutByTests],
    ['proof', funnel.leftOutByProof],
  ];
  for (const [step, counts] of steps) {
    const sorted = Object.entries(counts).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    for (const [reason, count] of sorted) lines.push(`left out (${step}): ${count} ${reason}`);
  }
  if (funnel.notTried > 0) lines.push(`not tried: ${funnel.notTried}`);
  lines.push(`rows: ${funnel.rows}`);
  return lines;
}

/** Whether every function is counted exactly once. */
export function addsUp(funnel: Funnel): boolean {
  const parts = [funnel.leftOutByText, funnel.leftOutByTests, funnel.leftOutByProof];
  const left = parts.flatMap((counts) => Object.values(counts)).reduce((sum, count) => sum + count, 0);
  return left + funnel.notTried + funnel.rows === funnel.functions;
}
