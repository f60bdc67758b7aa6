import type { Definition, PythonFile, PythonParser } from '../../python/pythonTypes.ts';

/** What a method does, in words, and where they come from. */
export interface Description {
  readonly text: string;
  readonly source: 'docstring' | 'derived';
}

/** Fewer words describe nothing. */
const fewestWords = 4;

/** The repository's own words about a function: its docstring. */
export function readDescription(
  parser: PythonParser,
  file: PythonFile,
  definition: Definition,
): Description | null {
  const text = readDocstring(parser, file, definition);
  return text === null || isTooShort(text) ? null : { text, source: 'docstring' };
}

function isTooShort(text: string): boolean {
  return text.split(/\s+/).length < fewestWords;
}

/** The text of a docstring, its indentation taken away as Python's own `inspect.cleandoc` does. */
export function readDocstring(parser: PythonParser, file: PythonFile, definition: Definition): string | null {
  const span = definition.docstring;
  if (span === null) return null;
  const nodes = parser.nodes(file.source, definition);
  const inside = nodes.filter((node) => node.startLine >= span.startLine && node.endLine <= span.endLine);
  const content = inside.filter((node) => node.type === 'string_content');
  const lines = content
    .map((node) => file.source.slice(node.startIndex, node.endIndex))
    .join('')
    .split('\n');
  const indents = lines
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => line.search(/\S/));
  const indent = Math.min(...indents, 1000);
  const cleaned = lines.map((line, index) => (index === 0 ? line.trimStart() : line.slice(indent)).trimEnd());
  return cleaned.join('\n').trim() || null;
}

/** Comments directly above a method or at the head of its body: often about one statement, so no description alone. */
export function leadingComment(file: PythonFile, definition: Definition): string | null {
  const isComment = (line: number): boolean => /^\s*#/.test(file.lines[line] ?? '');
  let first = definition.startLine;
  while (isComment(first - 1)) first -= 1;
  const above = file.lines.slice(first, definition.startLine);
  const within = file.lines
    .slice(definition.headerEndLine + 1, definition.bodyStartLine)
    .filter((line) => /^\s*#/.test(line));
  const clean = (lines: readonly string[]): string =>
    lines
      .map((line) => line.replace(/^\s*#+:?\s?/, ''))
      .join('\n')
      .trim();
  const text = clean(above) || clean(within);
  return text === '' || isTooShort(text) ? null : text;
}
