import { indentationOf, indentationWidth, isBlank, reindent } from '../../python/lines.ts';
import type { PythonParser } from '../../python/pythonTypes.ts';
import { problemOf, startsDefinition } from './answerDefinitions.ts';
import type { HalfMethod } from './halfMethod.ts';
import { repeatedLines } from './overlap.ts';

/** Lines that go on where the given half ends. */
export interface Continuation {
  readonly lines: readonly string[];
  /** The text was exactly this: no repetition, no other indentation, nothing after it. */
  readonly isExact: boolean;
  /** Code follows after the end of the method. */
  readonly isEnded: boolean;
}

interface ContinuationInput {
  readonly parser: PythonParser;
  readonly half: HalfMethod;
  readonly lines: readonly string[];
}

/**
 * Reads lines of an answer as the continuation of a half method. Repeated lines of the half are taken off, and the
 * indentation may be the file's, the file's but for a stripped first line, or that of another level as a whole. Of the readings that
 * are well-formed, the one that leaves out the fewest lines is taken. Null when there is none.
 */
export function readContinuation({ parser, half, lines }: ContinuationInput): Continuation | null {
  const overlap = repeatedLines(half.given, lines);
  const rest = lines.slice(overlap.next);
  if (rest.every(isBlank)) return null;
  let best: (Reading & { readonly isExact: boolean }) | null = null;
  for (const [place, variant] of variantsOf({ parser, half, lines, rest, overlap }).entries()) {
    const reading = readVariant({ parser, half, lines: variant });
    if (!reading || (best && best.leftOut <= reading.leftOut)) continue;
    const isExact = place === 0 && overlap.count === 0 && reading.isWhole;
    best = { ...reading, isExact };
    if (reading.leftOut === 0) break;
  }
  return best && { lines: best.lines, isExact: best.isExact, isEnded: !best.isWhole };
}

interface VariantInput extends ContinuationInput {
  readonly rest: readonly string[];
  readonly overlap: { readonly count: number; readonly next: number };
}

/** The ways to indent the new lines, the likeliest first. */
function variantsOf({ parser, half, lines, rest, overlap }: VariantInput): (readonly string[])[] {
  const fixed = parser.stringLines(rest.join('\n'));
  const firstPlace = rest.findIndex((line) => !isBlank(line));
  const first = rest[firstPlace] ?? '';
  const from = indentationOf(first);
  const shifted = reindent({ lines: rest, from, to: half.indentation, fixed });
  if (overlap.count > 0) {
    const repeated = lines[overlap.next - 1] ?? '';
    const given = half.given.findLast((line) => !isBlank(line)) ?? '';
    const moved = moveBy({ lines: rest, by: widthOf(given) - widthOf(repeated), fixed });
    return overlap.count > 1 ? [moved, rest, shifted] : [rest, moved, shifted];
  }
  const firstMoved = rest.map((line, place) =>
    place === firstPlace ? half.indentation + line.trimStart() : line,
  );
  return [rest, firstMoved, shifted];
}

function widthOf(line: string): number {
  return indentationOf(line).length;
}

interface Move {
  readonly lines: readonly string[];
  readonly by: number;
  readonly fixed: ReadonlySet<number>;
}

function moveBy({ lines, by, fixed }: Move): string[] {
  if (by >= 0) return reindent({ lines, from: '', to: ' '.repeat(by), fixed });
  return lines.map((line, place) => (fixed.has(place) ? line : line.slice(Math.min(-by, widthOf(line)))));
}

interface Reading {
  readonly lines: readonly string[];
  /** Lines of code after the end of the method that begin no other definition. */
  readonly leftOut: number;
  readonly isWhole: boolean;
}

/** The new lines up to the end of the method, when half and lines together are one well-formed function. */
function readVariant({ parser, half, lines }: ContinuationInput): Reading | null {
  const { given } = half;
  for (const end of possibleEnds(half, lines)) {
    const text = [...given, ...lines.slice(0, end)].join('\n');
    const definition = parser.parse(text).definitions.find(({ definitionLine }) => definitionLine === 0);
    if (!definition || definition.endLine < given.length) continue;
    if (problemOf(parser, text, definition) !== null) continue;
    const used = definition.endLine + 1 - given.length;
    const after = lines.slice(used).filter((line) => !isBlank(line) && !line.trim().startsWith('#'));
    const leftOut = startsDefinition(after[0] ?? '') ? 0 : after.length;
    return { lines: lines.slice(0, used), leftOut, isWhole: after.length === 0 };
  }
  return null;
}

/** Where the indentation is back at the method's own, and the end: prose and further methods come after that. */
function possibleEnds({ target }: HalfMethod, lines: readonly string[]): number[] {
  const width = indentationWidth(target.definition.indentation);
  const ends = lines.flatMap((line, place) => {
    const isBack =
      !isBlank(line) && !line.trim().startsWith('#') && indentationWidth(indentationOf(line)) <= width;
    return isBack ? [place] : [];
  });
  return [...ends.slice(0, 8), lines.length];
}
