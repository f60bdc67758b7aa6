import { isBlank, splitLines } from '../../python/lines.ts';
import type { PythonParser, Statement } from '../../python/pythonTypes.ts';
import type { Row } from '../row.ts';
import { repeatedLines } from './overlap.ts';
import type { Target } from './target.ts';

/** Where a method is cut for completion. */
export interface CompletionCut {
  /** 0-based line of the file where the part to write begins: the line after the statement before the cut. */
  readonly line: number;
  /**
   * `between_statements`: two statements of one block, nested blocks too. `block_start`: after the line that opens
   * a nested block. `after_docstring`: before the body's first statement.
   */
  readonly place: 'between_statements' | 'block_start' | 'after_docstring';
}

/**
 * Cuts a method nearest to the middle of its code: between two statements of one block, however deep; where there is
 * no such place, at the start of a nested block; else between docstring and code. Never inside a statement or a docstring,
 * and never where the part to write begins by repeating the lines before it. Null when there is no place at all.
 */
export function chooseCompletionCut(parser: PythonParser, target: Target): CompletionCut | null {
  const cuts = completionCuts(parser, target, 0.5);
  for (const place of ['between_statements', 'block_start', 'after_docstring'] as const) {
    const best = cuts.find((cut) => cut.place === place);
    if (best) return best;
  }
  return null;
}

/** Every place where a method can be cut, the nearest to a fraction of its code first. */
export function completionCuts(
  parser: PythonParser,
  target: Target,
  fraction: number,
): readonly CompletionCut[] {
  const statements = parser.statements(target.source, target.definition);
  const first = statements.find(({ isDocstring }) => !isDocstring);
  if (!first) return [];
  const wanted = first.startLine + (target.definition.endLine + 1 - first.startLine) * fraction;
  return statements
    .flatMap((statement) => cutBefore(statements, statement))
    .filter(({ line }) => !repeats(target, line))
    .toSorted((a, b) => Math.abs(a.line - wanted) - Math.abs(b.line - wanted) || a.line - b.line);
}

/** The line where the part to write begins: the row's own, or computed where the row has none. */
export function cutLineOf(parser: PythonParser, row: Row, target: Target): number | null {
  const own = row.triathlon?.completion?.cut_line;
  if (own === undefined) return chooseCompletionCut(parser, target)?.line ?? null;
  const { headerEndLine, endLine } = target.definition;
  return own > headerEndLine && own <= endLine ? own : null;
}

/** The first statement of the part to write: the prompt's mark stands at its indentation. */
export function statementAtCut(parser: PythonParser, target: Target, line: number): Statement | null {
  const statements = parser.statements(target.source, target.definition);
  return statements.find(({ startLine, startsLine }) => startsLine && startLine >= line) ?? null;
}

function cutBefore(statements: readonly Statement[], statement: Statement): CompletionCut[] {
  if (!statement.startsLine || statement.isDocstring || statement.type === 'case_clause') return [];
  const { block, position, startLine, depth } = statement;
  const previous = statements.find((other) => other.block === block && other.position === position - 1);
  if (previous) {
    const line = previous.endLine + 1;
    const isFirstCode = depth === 0 && previous.isDocstring;
    return line <= startLine ? [{ line, place: isFirstCode ? 'after_docstring' : 'between_statements' }] : [];
  }
  return depth > 0 ? [{ line: startLine, place: 'block_start' }] : [];
}

function repeats({ source, definition }: Target, line: number): boolean {
  const lines = splitLines(source);
  const half = lines.slice(definition.definitionLine, line).filter((text) => !isBlank(text));
  return repeatedLines(half, lines.slice(line, definition.endLine + 1)).count > 0;
}
