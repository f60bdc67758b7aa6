import type { Definition, PythonFile, PythonParser } from '../../python/pythonTypes.ts';

/** A method of a class that can become a row. Lines are 0-based and inclusive. */
export interface MethodSource {
  readonly definition: Definition;
  readonly classDefinition: Definition;
  /** First line after the declaration. */
  readonly bodyLine: number;
  /** Docstring, or else the comment that leads the method or its body. */
  readonly description: string;
  readonly classDocstring: string | null;
  /** Lines of the body that hold code: no docstring, comment or blank line. */
  readonly codeLines: readonly number[];
}

/**
 * A file's methods that can become rows: named once in it, described, three lines of code or more, with a body of
 * their own (not abstract, no overload, no mere hand-over to another call).
 */
export function findMethods(parser: PythonParser, source: string): readonly MethodSource[] {
  const file = parser.parse(source);
  const classes = new Map(file.definitions.map((each) => [each.qualifiedName, each]));
  const names = Map.groupBy(file.definitions, (each) => each.qualifiedName);
  return file.definitions.flatMap((definition) => {
    const classDefinition = classes.get(definition.className ?? '');
    if (definition.kind !== 'function' || classDefinition?.kind !== 'class') return [];
    if (names.get(definition.qualifiedName)?.length !== 1 || definition.qualifiedName.includes('<'))
      return [];
    const method = describeMethod(parser, file, { definition, classDefinition });
    return method === null ? [] : [method];
  });
}

function describeMethod(
  parser: PythonParser,
  file: PythonFile,
  { definition, classDefinition }: { definition: Definition; classDefinition: Definition },
): MethodSource | null {
  if (definition.bodyStartLine <= definition.headerEndLine) return null;
  if (definition.decorators.some((decorator) => /abstract|overload/i.test(decorator))) return null;
  const description = docstringOf(parser, file, definition) ?? leadingComment(file, definition);
  if (description === null || description.split(/\s+/).length < 4) return null;
  const codeLines = codeLinesOf(parser, file, definition);
  if (codeLines.length < 3 || onlyDelegates(parser, file, definition)) return null;
  const bodyLine = definition.headerEndLine + 1;
  const classDocstring = docstringOf(parser, file, classDefinition);
  return { definition, classDefinition, bodyLine, description, classDocstring, codeLines };
}

/** The text of a docstring, its indentation taken away as Python's own `inspect.cleandoc` does. */
function docstringOf(parser: PythonParser, file: PythonFile, definition: Definition): string | null {
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

/** Comments directly above a method or at the head of its body. */
function leadingComment(file: PythonFile, definition: Definition): string | null {
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
  return clean(above) || clean(within) || null;
}

/** Lines on which a token stands that belongs to neither the docstring nor a comment. */
function codeLinesOf(parser: PythonParser, file: PythonFile, definition: Definition): readonly number[] {
  const rows = new Set<number>();
  const first = Math.max(definition.headerEndLine, definition.docstring?.endLine ?? 0) + 1;
  for (const node of parser.nodes(file.source, definition)) {
    if (node.childCount > 0 || node.type === 'comment') continue;
    for (let row = Math.max(first, node.startLine); row <= node.endLine; row += 1) rows.add(row);
  }
  return [...rows].filter((row) => row <= definition.endLine).sort((a, b) => a - b);
}

/** The body, docstring aside, is one call handed on, or nothing but `pass` or `raise`. */
function onlyDelegates(parser: PythonParser, file: PythonFile, definition: Definition): boolean {
  const statements = parser.statements(file.source, definition).filter((each) => !each.isDocstring);
  const [only] = statements;
  if (only === undefined) return true;
  if (statements.length > 1) return false;
  if (only.type === 'pass_statement' || only.type === 'raise_statement') return true;
  const text = file.source.slice(only.startIndex, only.endIndex);
  return /^(return\s+)?[\w.]+(\([^()]*\)[\w.]*)*\(/.test(text);
}
