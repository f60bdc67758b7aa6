import type { Row } from '../../core/row.ts';
import { replaceMethod } from '../../core/rowHelpers.ts';
import { codeOf, findTarget } from '../../core/tasks/target.ts';
import type { PythonParser } from '../../python/pythonTypes.ts';
import type { Mutation } from './proposeMutations.ts';

/**
 * The file with a model's method in it. Declaration and docstring are the repository's, so that their absence does not
 * tell where the bug is. Null when the answer declares something else.
 */
export function bugOfAnswer(
  parser: PythonParser,
  row: Row,
  { code, operator }: { readonly code: string; readonly operator: string },
): Mutation | null {
  const target = findTarget(parser, row);
  const [answered] = parser.parse(code).definitions;
  if (target === null || answered?.kind !== 'function') return null;
  const { definition } = target;
  const isSame =
    answered.name === definition.name &&
    answered.signature === definition.signature &&
    answered.isAsync === definition.isAsync;
  if (!isSame || answered.bodyStartLine <= answered.headerEndLine) return null;
  const own = row.raw_file_content.split('\n');
  const head = own.slice(
    definition.definitionLine,
    (definition.docstring?.endLine ?? definition.headerEndLine) + 1,
  );
  const bodyLine = (answered.docstring?.endLine ?? answered.headerEndLine) + 1;
  const method = [...head, ...code.split('\n').slice(bodyLine)];
  const fileContent = replaceMethod(row, method.join('\n'));
  return { operator, fileContent, ...changedLines(codeOf(target).split('\n'), method) };
}

function changedLines(
  before: readonly string[],
  after: readonly string[],
): { readonly before: string; readonly after: string; readonly editSize: number } {
  const shorter = Math.min(before.length, after.length);
  let first = 0;
  while (first < shorter && before[first] === after[first]) first += 1;
  let tail = 0;
  while (tail < shorter - first && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const old = before.slice(first, before.length - tail).join('\n');
  const now = after.slice(first, after.length - tail).join('\n');
  return { before: old.trim(), after: now.trim(), editSize: old.length + now.length };
}
