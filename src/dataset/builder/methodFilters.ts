import type { Definition, PythonFile, PythonParser } from '../../python/pythonTypes.ts';

/** A function with what the filters look at. */
export interface FilteredMethod {
  readonly parser: PythonParser;
  readonly file: PythonFile;
  readonly definition: Definition;
  readonly codeLines: readonly number[];
  /** Definitions of its qualified name in the file, itself included. */
  readonly namesakes: number;
}

/** Why a function cannot become a row whatever its tests are; null when it can. The first reason counts. */
export function whyNoRow(method: FilteredMethod): string | null {
  return filters.find(({ applies }) => applies(method))?.reason ?? null;
}

interface Filter {
  readonly reason: string;
  readonly applies: (method: FilteredMethod) => boolean;
}

/** Fewer lines of code than this are no task. */
const fewestCodeLines = 3;

const filters: readonly Filter[] = [
  { reason: 'nested', applies: ({ definition }) => definition.qualifiedName.includes('<locals>') },
  { reason: 'overload', applies: hasDecorator(/\boverload$/) },
  { reason: 'abstract', applies: hasDecorator(/\babstract/i) },
  { reason: 'property_setter', applies: hasDecorator(/\.(setter|deleter)$/) },
  { reason: 'defined_twice', applies: ({ namesakes }) => namesakes > 1 },
  { reason: 'deprecated', applies: isDeprecated },
  { reason: 'tabs', applies: hasTabs },
  { reason: 'body_on_the_line_of_def', applies: hasOneLineBody },
  { reason: 'abstract', applies: (method) => /^(pass|raise)_statement$/.test(onlyStatement(method) ?? '') },
  { reason: 'wrapper', applies: isWrapper },
  { reason: 'too_short', applies: ({ codeLines }) => codeLines.length < fewestCodeLines },
];

function hasDecorator(pattern: RegExp): (method: FilteredMethod) => boolean {
  return ({ definition }) => definition.decorators.some((decorator) => pattern.test(decorator));
}

/** Marked so, said in the docstring as Sphinx has it, or the body begins with a warning that says so. */
function isDeprecated(method: FilteredMethod): boolean {
  const { file, definition } = method;
  if (hasDecorator(/deprecat/i)(method)) return true;
  const span = definition.docstring;
  const documented = span === null ? [] : file.lines.slice(span.startLine, span.endLine + 1);
  if (documented.some((line) => /^\s*\.\. deprecated::/.test(line))) return true;
  const [first] = codeStatements(method);
  return (
    first !== undefined && /^(?=[\w.]*warn\w*\()[\s\S]*(Deprecat|RemovedIn)/i.test(textOf(method, first))
  );
}

function hasTabs({ file, definition }: FilteredMethod): boolean {
  return file.lines
    .slice(definition.definitionLine, definition.endLine + 1)
    .some((line) => /^\s*\t/.test(line));
}

function hasOneLineBody({ definition }: FilteredMethod): boolean {
  return definition.bodyStartLine <= definition.headerEndLine;
}

/** The body, docstring aside, is one call handed on. */
function isWrapper(method: FilteredMethod): boolean {
  const [only, ...more] = codeStatements(method);
  if (only === undefined) return true;
  return more.length === 0 && /^(return\s+)?[\w.]+(\([^()]*\)[\w.]*)*\(/.test(textOf(method, only));
}

function onlyStatement(method: FilteredMethod): string | null {
  const [only, ...more] = codeStatements(method);
  return only !== undefined && more.length === 0 ? only.type : null;
}

function codeStatements({ parser, file, definition }: FilteredMethod) {
  return parser.statements(file.source, definition).filter((each) => !each.isDocstring);
}

function textOf(
  { file }: FilteredMethod,
  { startIndex, endIndex }: { startIndex: number; endIndex: number },
): string {
  return file.source.slice(startIndex, endIndex);
}
