import type { Row, RowMemorisation } from '../../core/row.ts';
import { halfMethodOf } from '../../core/tasks/halfMethod.ts';
import type { PythonParser } from '../../python/pythonTypes.ts';

/**
 * What a probe for memorisation needs beside the cut: a model that is shown the method up to there and nothing of its
 * file, and that gives back names which stand nowhere else in the file, remembers them.
 */
export function measureMemorisation(parser: PythonParser, row: Row, recurringLines: number): RowMemorisation {
  const { target, cutLine } = halfMethodOf(parser, row);
  const inside = new Set<string>();
  const outside = new Set<string>();
  for (const { type, startLine, startIndex, endIndex } of parser.nodes(target.source, null)) {
    if (type !== 'identifier') continue;
    const isInside = startLine >= cutLine && startLine <= target.definition.endLine;
    (isInside ? inside : outside).add(target.source.slice(startIndex, endIndex));
  }
  return { recurring_lines: recurringLines, own_names: inside.difference(outside).size };
}
