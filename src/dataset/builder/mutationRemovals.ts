import type { Edit, MutationScope } from './mutationEdits.ts';
import { argumentsOf } from './mutationEdits.ts';
import type { SyntaxNode } from './syntaxTree.ts';
import { childInField, sibling } from './syntaxTree.ts';

/** Forgets a statement, with the comment above that speaks of it. The last statement of a block stays: an empty block tells. */
export function dropStatement(node: SyntaxNode, { source }: MutationScope): readonly Edit[] {
  if (node.type !== 'expression_statement' || node.parent?.type !== 'block') return [];
  const [inner] = node.namedChildren;
  if (inner === undefined || ['string', 'concatenated_string', 'yield'].includes(inner.type)) return [];
  const others = node.parent.namedChildren.filter((other) => other !== node && other.type !== 'comment');
  if (!others.some((other) => !isDocstring(other))) return [];
  // Dropping the first value of a name is no bug that a person leaves in; dropping a later one is.
  const rebinds = inner.type !== 'assignment' || (childInField(inner, 'left')?.type ?? '') !== 'identifier';
  const isNested = node.parent.parent?.type !== 'function_definition';
  return rebinds || isNested ? removeLines(node, source) : [];
}

/** Forgets an `elif` or an `else`. */
export function dropBranch(node: SyntaxNode, { source }: MutationScope): readonly Edit[] {
  if (node.type !== 'elif_clause' && node.type !== 'else_clause') return [];
  return node.parent?.type === 'if_statement' ? removeLines(node, source) : [];
}

/** Forgets a named argument. */
export function dropKeyword(node: SyntaxNode): readonly Edit[] {
  if (node.type !== 'keyword_argument' || node.parent?.type !== 'argument_list') return [];
  return [removeFromList(node)];
}

/** Forgets the last argument of two or more. */
export function dropLastArgument(node: SyntaxNode): readonly Edit[] {
  const positional = argumentsOf(node);
  const last = positional.at(-1);
  return last === undefined || positional.length < 2 ? [] : [removeFromList(last)];
}

function isDocstring(node: SyntaxNode): boolean {
  return node.type === 'expression_statement' && node.namedChildren[0]?.type === 'string';
}

/** Whole lines, and comments directly above; nothing where other code shares a line with the node. */
function removeLines(node: SyntaxNode, source: string): readonly Edit[] {
  let start = source.lastIndexOf('\n', node.startIndex - 1) + 1;
  const newline = source.indexOf('\n', node.endIndex);
  const end = newline === -1 ? source.length : newline + 1;
  if (source.slice(start, node.startIndex).trim() !== '') return [];
  if (!/^\s*(#.*)?\n?$/.test(source.slice(node.endIndex, end))) return [];
  const indentation = source.slice(start, node.startIndex);
  for (;;) {
    const above = source.lastIndexOf('\n', start - 2) + 1;
    if (above >= start || !source.slice(above, start).startsWith(`${indentation}#`)) break;
    start = above;
  }
  return [{ start, end, replacement: '' }];
}

/** Removes one element of a list in brackets with the comma before it, or else the one after it. */
function removeFromList(node: SyntaxNode): Edit {
  const before = sibling(node, -1);
  if (before?.type === ',') return { start: before.startIndex, end: node.endIndex, replacement: '' };
  const after = sibling(node, 1);
  const next = after?.type === ',' ? (sibling(after, 1) ?? after) : null;
  const end =
    next === null ? node.endIndex : next.isNamed ? next.startIndex : (after?.endIndex ?? node.endIndex);
  return { start: node.startIndex, end, replacement: '' };
}
