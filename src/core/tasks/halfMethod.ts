import { isBlank, splitLines } from '../../python/lines.ts';
import type { PythonParser } from '../../python/pythonTypes.ts';
import { DatasetError } from '../errors.ts';
import type { Row } from '../row.ts';
import { cutLineOf, statementAtCut } from './completionCut.ts';
import { bodyIndentationOf } from './methodStub.ts';
import { targetOf } from './target.ts';
import type { Target } from './target.ts';

/** A method that is cut in two. */
export interface HalfMethod {
  readonly target: Target;
  readonly cutLine: number;
  /** The given lines, from `def` to the cut, with `\n` endings. */
  readonly given: readonly string[];
  /** The lines to write, in the repository's words. */
  readonly continuation: readonly string[];
  /** White space before the first statement to write. */
  readonly indentation: string;
}

/** The row's method, cut where its completion begins; a DatasetError when it has no such place. */
export function halfMethodOf(parser: PythonParser, row: Row): HalfMethod {
  const target = targetOf(parser, row);
  const cutLine = cutLineOf(parser, row, target);
  if (cutLine === null) {
    throw new DatasetError(
      `Row ${row.dp_id}: its method has no place for a completion cut; leave it out of completion.`,
    );
  }
  const { definitionLine, endLine } = target.definition;
  const lines = splitLines(target.source).map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  return {
    target,
    cutLine,
    given: lines.slice(definitionLine, cutLine),
    continuation: lines.slice(cutLine, endLine + 1),
    indentation: statementAtCut(parser, target, cutLine)?.indentation ?? bodyIndentationOf(target),
  };
}

/**
 * A continuation that raises: at once, when a `try` that the cut left open is closed, and where the body goes on
 * after the blocks that the cut is in.
 */
export function raisingContinuation(parser: PythonParser, half: HalfMethod): string {
  const { target, cutLine, indentation } = half;
  const around = parser
    .statements(target.source, target.definition)
    .filter(({ startLine, endLine }) => startLine < cutLine && endLine >= cutLine)
    .toReversed();
  const lines = [`${indentation}raise NotImplementedError`];
  for (const statement of around.filter(({ type }) => type === 'try_statement')) {
    if (!isTryOpen(half, statement.indentation, statement.startLine)) continue;
    const inner = `${statement.indentation}    `;
    lines.push(`${statement.indentation}finally:`, `${inner}raise NotImplementedError`);
  }
  const body = bodyIndentationOf(target);
  const isInHelper = around.some(
    ({ type }) => type === 'function_definition' || type === 'decorated_definition',
  );
  if (body !== indentation || isInHelper) lines.push(`${body}raise NotImplementedError`);
  return lines.join('\n');
}

/** No `except` or `finally` of the statement stands before the cut. */
function isTryOpen({ target, given }: HalfMethod, indentation: string, startLine: number): boolean {
  return given
    .slice(startLine - target.definition.definitionLine + 1)
    .filter((line) => !isBlank(line) && line.startsWith(indentation))
    .every((line) => !/^(?:except|finally)\b/.test(line.slice(indentation.length)));
}
