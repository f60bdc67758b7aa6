import type { SyntaxNode } from './syntaxTree.ts';
import { childInField } from './syntaxTree.ts';

/** One change of the text, in the parser's indexes. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** What an operator may know beside the node. */
export interface MutationScope {
  /** The names that the method binds and where it first does. */
  readonly locals: readonly { readonly name: string; readonly boundAt: number }[];
  /** The whole file. */
  readonly source: string;
}

/** Puts other text in the place of a node. */
export function replaceNode(node: SyntaxNode, replacement: string): Edit {
  return { start: node.startIndex, end: node.endIndex, replacement };
}

/** The arguments of a call that have no name; of other nodes none. */
export function positionalArguments(node: SyntaxNode): readonly SyntaxNode[] {
  if (node.type !== 'argument_list') return [];
  const others = ['keyword_argument', 'list_splat', 'dictionary_splat', 'comment', 'generator_expression'];
  return node.namedChildren.filter((child) => !others.includes(child.type));
}

/** The same, but none of calls that need every argument in its place to run at all. */
export function argumentsOf(node: SyntaxNode): readonly SyntaxNode[] {
  const called = node.parent?.type === 'call' ? childInField(node.parent, 'function')?.text : undefined;
  return fixedArguments.includes(called ?? '') ? [] : positionalArguments(node);
}

const fixedArguments = [
  'isinstance',
  'issubclass',
  'hasattr',
  'setattr',
  'delattr',
  'map',
  'filter',
  'super',
];
