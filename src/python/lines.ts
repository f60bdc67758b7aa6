import type { LineSpan } from './pythonTypes.ts';

/** The lines of a source. A `\r` of a CRLF ending stays at the end of its line. */
export function splitLines(source: string): string[] {
  return source.split('\n');
}

/** The text of some lines, without the last line's ending. */
export function linesText(source: string, span: LineSpan): string {
  return splitLines(source)
    .slice(span.startLine, span.endLine + 1)
    .join('\n');
}

/** The source with some lines replaced by other text; whatever surrounds them stays byte for byte. */
export function spliceLines(source: string, span: LineSpan, text: string): string {
  const lines = splitLines(source);
  return [...lines.slice(0, span.startLine), text, ...lines.slice(span.endLine + 1)].join('\n');
}

/** White space before the first other character of a line; a form feed counts as white space, as in Python. */
export function indentationOf(line: string): string {
  let length = 0;
  while (length < line.length && ' \t\f'.includes(line.charAt(length))) length += 1;
  return line.slice(0, length);
}

/** How far an indentation reaches: tabs go to the next multiple of 8 and a form feed starts again, as in Python. */
export function indentationWidth(indentation: string): number {
  let width = 0;
  for (const character of indentation) {
    if (character === '\t') width = (Math.floor(width / 8) + 1) * 8;
    else if (character === '\f') width = 0;
    else width += 1;
  }
  return width;
}

/** Whether a line holds nothing but white space. */
export function isBlank(line: string): boolean {
  return line.trim() === '';
}

/** All line endings as `\n`, a lone `\r` included: how answers are read. */
export function withPlainLineEndings(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
}

/** The line ending of a file: CRLF when its first line has it, else `\n`. */
export function lineEndingOf(source: string): '\n' | '\r\n' {
  const end = source.indexOf('\n');
  return end > 0 && source.charAt(end - 1) === '\r' ? '\r\n' : '\n';
}

/**
 * Text (with `\n` endings) prepared to stand in a file among lines with that file's endings:
 * joined by CRLF if need be. The last line gets a `\r` only when it is followed by another line.
 */
export function withLineEndingOf(source: string, text: string, isLastInFile: boolean): string {
  if (lineEndingOf(source) === '\n') return text;
  return text.replaceAll('\n', '\r\n') + (isLastInFile ? '' : '\r');
}

/** What changes when lines move from one indentation to another. */
export interface Reindentation {
  readonly lines: readonly string[];
  readonly from: string;
  readonly to: string;
  /** Lines (by index) that must stay as they are, because they begin inside a string. */
  readonly fixed: ReadonlySet<number>;
}

/**
 * Moves lines from one indentation to another. A line that is indented less than `from` (a comment, or the inside
 * of brackets) is put at `to`; blank lines become empty.
 */
export function reindent({ lines, from, to, fixed }: Reindentation): string[] {
  if (from === to) return [...lines];
  return lines.map((line, index) => {
    if (fixed.has(index)) return line;
    if (isBlank(line)) return '';
    if (line.startsWith(from)) return to + line.slice(from.length);
    return to + line.slice(indentationOf(line).length);
  });
}
