import { linesText } from '../../python/lines.ts';
import type { Definition, PythonParser } from '../../python/pythonTypes.ts';
import { DatasetError } from '../errors.ts';
import type { Row } from '../row.ts';
import { methodLines } from '../rowHelpers.ts';

/** The method of a row in a file. */
export interface Target {
  readonly source: string;
  readonly definition: Definition;
}

/** The row's method in the repository's file; null when no function stands at the row's lines. */
export function findTarget(parser: PythonParser, row: Row): Target | null {
  return functionAtRow(parser, row, row.raw_file_content);
}

/** The row's method in the file with the bug: the same line, for the file is the same up to there. */
export function findBuggyTarget(parser: PythonParser, row: Row): Target | null {
  return row.file_with_buggy_method ? functionAtRow(parser, row, row.file_with_buggy_method) : null;
}

/** The class of a row for a whole class; null when no class stands at the row's lines. */
export function findClassTarget(parser: PythonParser, row: Row): Target | null {
  return definitionAtRow(parser, row, { source: row.raw_file_content, kind: 'class' });
}

/** The row's method; a DatasetError when it is not there. */
export function targetOf(parser: PythonParser, row: Row): Target {
  const target = findTarget(parser, row);
  if (target) return target;
  throw missingTarget(row, 'function');
}

/** Says that a row does not fit its own file. */
export function missingTarget(row: Row, kind: 'function' | 'class'): DatasetError {
  return new DatasetError(
    `Row ${row.dp_id}: expected the ${kind} ${row.method.name} at line ${methodLines(row).first + 1} of ` +
      `${row.file_path}, found none. Build the dataset again or leave the row out.`,
  );
}

/** The method as it stands in its file, decorators excluded. */
export function codeOf({ source, definition }: Target): string {
  return linesText(source, { startLine: definition.definitionLine, endLine: definition.endLine });
}

function functionAtRow(parser: PythonParser, row: Row, source: string): Target | null {
  return definitionAtRow(parser, row, { source, kind: 'function' });
}

function definitionAtRow(
  parser: PythonParser,
  row: Row,
  { source, kind }: { readonly source: string; readonly kind: Definition['kind'] },
): Target | null {
  const { first } = methodLines(row);
  const definition = parser
    .parse(source)
    .definitions.find((found) => found.kind === kind && found.definitionLine === first);
  return definition ? { source, definition } : null;
}
