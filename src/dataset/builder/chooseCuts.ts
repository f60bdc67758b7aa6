import { chooseCompletionCut } from '../../core/tasks/completionCut.ts';
import type { Definition, PythonParser } from '../../python/pythonTypes.ts';

/**
 * Lines where a method can be cut for completion: the place that the task itself would choose, then the other places
 * between two statements of one block, nested blocks included, the nearest to the middle first.
 */
export function chooseCuts(parser: PythonParser, source: string, definition: Definition): readonly number[] {
  const statements = parser.statements(source, definition);
  const code = statements.filter((each) => !each.isDocstring);
  const firstLine = code[0]?.startLine ?? definition.endLine;
  const middle = (firstLine + definition.endLine + 1) / 2;
  const lines = code.flatMap((statement) => {
    const before = code.find(
      (other) => other.block === statement.block && other.position === statement.position - 1,
    );
    const fits = before !== undefined && statement.startsLine && !statement.inNestedDefinition;
    return fits && before.endLine < statement.startLine ? [before.endLine + 1] : [];
  });
  lines.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle) || a - b);
  const own = chooseCompletionCut(parser, { source, definition });
  const first = own?.place === 'between_statements' ? [own.line] : [];
  return [...new Set([...first, ...lines])];
}
