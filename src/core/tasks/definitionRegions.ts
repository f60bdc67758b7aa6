import { indentationOf, indentationWidth, isBlank } from '../../python/lines.ts';
import type { PythonParser } from '../../python/pythonTypes.ts';

/** Lines that hold one definition, cut out of a text that as a whole is no Python. */
export interface DefinitionRegion {
  readonly name: string;
  /** `Class.` when a class line that could not be parsed as a whole stands around it. */
  readonly prefix: string;
  readonly text: string;
  /** Null when the region is well-formed. */
  readonly problem: string | null;
}

/** A hostile answer can hold thousands of broken definitions; past this much parsing the rest is left alone. */
const charactersAtMost = 1_500_000;
const endsAtMost = 12;

/**
 * The definitions in a text with prose or mistakes in it. Each line that begins a definition is tried with the
 * lines that follow, up to the first place where they are well-formed: places where the indentation falls back.
 */
export function definitionRegions(parser: PythonParser, text: string): DefinitionRegion[] {
  const lines = text.split('\n');
  const found: DefinitionRegion[] = [];
  const classes: OpenClass[] = [];
  let parsed = 0;
  const isWhole = (from: number, to: number): boolean => {
    const region = lines.slice(from, to).join('\n');
    parsed += region.length;
    return parsed <= charactersAtMost && isWellFormed(parser, region);
  };
  for (let line = 0; line < lines.length && parsed <= charactersAtMost; line += 1) {
    const start = startOf(lines[line] ?? '');
    if (!start) continue;
    const width = indentationWidth(indentationOf(lines[line] ?? ''));
    while (classes.length > 0 && (classes.at(-1)?.width ?? 0) >= width) classes.pop();
    const ends = possibleEnds(lines, line);
    const prefix = classes.map(({ name }) => `${name}.`).join('');
    const end = ends.find((possible) => isWhole(line, possible));
    if (end !== undefined) {
      found.push({ name: start.name, prefix, text: lines.slice(line, end).join('\n'), problem: null });
      line = end - 1;
    } else if (start.kind === 'class') classes.push({ name: start.name, width });
    else if (start.kind === 'def') {
      const broken = lines.slice(line, ends[0]);
      const text = broken.join('\n').trimEnd();
      found.push({ name: start.name, prefix, text, problem: firstProblem(parser, text) });
    }
  }
  return found;
}

interface OpenClass {
  readonly name: string;
  readonly width: number;
}

interface Start {
  readonly kind: 'def' | 'class' | 'decorator';
  readonly name: string;
}

/** Only a guess where a definition might begin; the parser decides whether it does. */
function startOf(line: string): Start | null {
  const definition = /^\s*(?:async\s+)?def\s+([^\s([:]+)\s*[([]/.exec(line);
  if (definition) return { kind: 'def', name: definition[1] ?? '' };
  const classLine = /^\s*class\s+([^\s([:]+)\s*[([:]/.exec(line);
  if (classLine) return { kind: 'class', name: classLine[1] ?? '' };
  return /^\s*@[^\s@]/.test(line) ? { kind: 'decorator', name: '' } : null;
}

/** Lines after `start` where the indentation is back at its level or less (comments may be), and the end of the text. */
function possibleEnds(lines: readonly string[], start: number): number[] {
  const width = indentationWidth(indentationOf(lines[start] ?? ''));
  const ends: number[] = [];
  for (let line = start + 1; line < lines.length && ends.length < endsAtMost; line += 1) {
    const text = lines[line] ?? '';
    if (isBlank(text) || text.trim().startsWith('#')) continue;
    if (indentationWidth(indentationOf(text)) <= width) ends.push(line);
  }
  return ends.length < endsAtMost ? [...ends, lines.length] : ends;
}

function isWellFormed(parser: PythonParser, text: string): boolean {
  const indented = parser
    .problems(text)
    .every(({ line, message }) => line === 0 && message === 'unexpected indentation');
  return indented && parser.parse(text).definitions.some(({ startLine }) => startLine === 0);
}

function firstProblem(parser: PythonParser, text: string): string {
  const problem = parser.problems(text).find(({ message }) => message !== 'unexpected indentation');
  return problem ? `line ${problem.line + 1} of the method: ${problem.message}` : 'invalid syntax';
}
