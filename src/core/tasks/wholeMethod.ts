import { isBlank, reindent } from '../../python/lines.ts';
import type { PythonParser } from '../../python/pythonTypes.ts';
import type { AnswerDefinition } from './answerDefinitions.ts';
import { isolatedText } from './answerDefinitions.ts';
import type { HalfMethod } from './halfMethod.ts';

interface WholeInput {
  readonly parser: PythonParser;
  readonly half: HalfMethod;
  readonly method: AnswerDefinition;
}

/**
 * The continuation in an answer that gives the whole method: what follows the given half in it. Comments, blank lines
 * and the docstring of the half may differ. Where other lines of the half differ, what follows the half's last lines is taken,
 * if these stand in the answer just once. Null when the half is not in it or nothing follows.
 */
export function continuationInWhole({ parser, half, method }: WholeInput): WholeContinuation | null {
  const { definition } = half.target;
  const lines = reindent({
    lines: method.lines,
    from: method.indentation,
    to: definition.indentation,
    fixed: method.fixed,
  });
  const given = codeLines(half.given, docstringOf(parser, half.given.join('\n')));
  const whole = codeLines(lines, docstringOf(parser, isolatedText(method)));
  const isSameHalf = given.every(({ text }, at) => whole[at]?.text === text);
  const next = isSameHalf ? placeAfter(whole, given.length - 1) : lineAfterEnd(given, whole);
  if (next === null || lines.slice(next).every(isBlank)) return null;
  return { lines: lines.slice(next), isSameHalf };
}

interface WholeContinuation {
  readonly lines: readonly string[];
  /** The half was repeated line by line; comments and the docstring do not count. */
  readonly isSameHalf: boolean;
}

interface CodeLine {
  readonly text: string;
  readonly place: number;
}

function docstringOf(
  parser: PythonParser,
  text: string,
): { readonly startLine: number; readonly endLine: number } | null {
  const definition = parser.parse(text).definitions.find(({ definitionLine }) => definitionLine === 0);
  return definition?.docstring ?? null;
}

function codeLines(
  lines: readonly string[],
  docstring: { readonly startLine: number; readonly endLine: number } | null,
): CodeLine[] {
  return lines.flatMap((line, place) => {
    const isInDocstring = docstring && place >= docstring.startLine && place <= docstring.endLine;
    const text = line.trim();
    return isInDocstring || text === '' || text.startsWith('#') ? [] : [{ text, place }];
  });
}

/** The line of the whole that follows the last lines of the given part, or null. */
function lineAfterEnd(given: readonly CodeLine[], whole: readonly CodeLine[]): number | null {
  for (const count of [3, 2, 1]) {
    const end = given.slice(-count);
    if (end.length < count) continue;
    const starts = whole.flatMap((_, from) =>
      end.every(({ text }, at) => whole[from + at]?.text === text) ? [from] : [],
    );
    const [only, ...more] = starts;
    if (only !== undefined && more.length === 0) return placeAfter(whole, only + count - 1);
  }
  return null;
}

function placeAfter(whole: readonly CodeLine[], last: number): number | null {
  const line = whole[last];
  return line ? line.place + 1 : null;
}
