import type { PlainNode } from '../../python/pythonTypes.ts';

/** A node of a syntax tree with its relatives; what the mutation operators look at. */
export interface SyntaxNode {
  readonly type: string;
  readonly isNamed: boolean;
  readonly field: string | null;
  /** Offsets in the file. */
  readonly startIndex: number;
  readonly endIndex: number;
  readonly text: string;
  readonly parent: SyntaxNode | null;
  readonly children: readonly SyntaxNode[];
  readonly namedChildren: readonly SyntaxNode[];
}

/** Gives the parser's flat list its shape back; the first node is the root. */
export function growTree(nodes: readonly PlainNode[], source: string): SyntaxNode | null {
  const grown: (SyntaxNode & { readonly children: SyntaxNode[]; readonly namedChildren: SyntaxNode[] })[] =
    [];
  for (const node of nodes) {
    const parent = grown[node.parent] ?? null;
    const { type, isNamed, field, startIndex, endIndex } = node;
    const text = source.slice(startIndex, endIndex);
    const made = {
      type,
      isNamed,
      field,
      startIndex,
      endIndex,
      text,
      parent,
      children: [],
      namedChildren: [],
    };
    grown.push(made);
    parent?.children.push(made);
    if (isNamed) parent?.namedChildren.push(made);
  }
  return grown[0] ?? null;
}

/** The child that fills a field, or null. */
export function childInField(node: SyntaxNode | null | undefined, field: string): SyntaxNode | null {
  return node?.children.find((child) => child.field === field) ?? null;
}

/** The node before (-1) or after (+1) among its siblings, punctuation included. */
export function sibling(node: SyntaxNode, step: -1 | 1): SyntaxNode | null {
  const siblings = node.parent?.children ?? [];
  return siblings[siblings.indexOf(node) + step] ?? null;
}
