import { isBlank } from '../../python/lines.ts';

/** How an answer begins by repeating what it was given. */
export interface Overlap {
  /** How many lines with something on them are repeated. */
  readonly count: number;
  /** Where the new lines begin in the answer's lines. */
  readonly next: number;
}

/**
 * The longest run of lines at the end of `given` that `lines` begin with; indentation and blank lines do not count.
 * What repeats is no part of the continuation; cuts are chosen so that no real continuation begins with a repetition.
 */
export function repeatedLines(given: readonly string[], lines: readonly string[]): Overlap {
  const before = given.filter((line) => !isBlank(line)).map((line) => line.trim());
  const places = lines.flatMap((line, place) => (isBlank(line) ? [] : [place]));
  const after = places.map((place) => (lines[place] ?? '').trim());
  for (let count = Math.min(before.length, after.length); count > 0; count -= 1) {
    const start = before.length - count;
    if (before.slice(start).every((line, offset) => line === after[offset])) {
      return { count, next: (places[count - 1] ?? 0) + 1 };
    }
  }
  return { count: 0, next: 0 };
}
