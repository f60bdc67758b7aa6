/** No file of a repository comes near. */
export const longestRowBytes = 64 * 2 ** 20;

/** What is wrong with a row of so many bytes; null when nothing is. */
export function explainLength(bytes: number): string | null {
  if (bytes <= longestRowBytes) return null;
  const mebibytes = (count: number): number => Math.round(count / 2 ** 20);
  return `row: expected at most ${mebibytes(longestRowBytes)} MiB, found ${mebibytes(bytes)} MiB`;
}

/** How much text a value holds; what is between the texts is small. */
export function textLength(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, inner: unknown) => sum + textLength(inner), 0);
}
