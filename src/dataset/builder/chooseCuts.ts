import type { CutPercent } from '../../core/row.ts';
import { chooseCompletionCut, completionCuts, statementAtCut } from '../../core/tasks/completionCut.ts';
import type { Definition, PythonParser } from '../../python/pythonTypes.ts';

/**
 * Lines between two statements of one block, nested blocks included, where a method can be cut for completion: the
 * nearest to a percentage of its code first. At 50 % the place that the task itself would choose leads.
 */
export function chooseCuts(
  parser: PythonParser,
  target: { readonly source: string; readonly definition: Definition },
  percent: CutPercent,
): readonly number[] {
  const lines = completionCuts(parser, target, percent / 100)
    .filter(({ place, line }) => {
      const next = statementAtCut(parser, target, line);
      return place === 'between_statements' && next?.inNestedDefinition === false;
    })
    .map(({ line }) => line);
  const own = percent === 50 ? chooseCompletionCut(parser, target) : null;
  const first = own?.place === 'between_statements' ? [own.line] : [];
  return [...new Set([...first, ...lines])];
}
