import type { Node } from 'web-tree-sitter';
import { docstringOf } from './definitions.ts';
import type { PlainNode } from './pythonTypes.ts';

/** A tree as plain data, parents before children. */
export function plainNodes(root: Node): PlainNode[] {
  const found: PlainNode[] = [];
  const cursor = root.walk();
  const visit = (parent: number): void => {
    const node = cursor.currentNode;
    const place = found.length;
    found.push(plain(node, parent, cursor.currentFieldName));
    if (!cursor.gotoFirstChild()) return;
    do visit(place);
    while (cursor.gotoNextSibling());
    cursor.gotoParent();
  };
  visit(-1);
  cursor.delete();
  return found;
}

/** Lines that begin inside a string that is no docstring. */
export function linesInsideStrings(root: Node): Set<number> {
  const docstrings = new Set(
    root
      .descendantsOfType('block')
      .filter((block) => block.parent && /^(?:function|class)_definition$/.test(block.parent.type))
      .map((block) => docstringOf(block)?.firstNamedChild?.id),
  );
  const lines = new Set<number>();
  for (const string of root.descendantsOfType('string')) {
    if (docstrings.has(string.id)) continue;
    for (let row = string.startPosition.row + 1; row <= string.endPosition.row; row += 1) lines.add(row);
  }
  return lines;
}

function plain(node: Node, parent: number, field: string | null): PlainNode {
  return {
    type: node.type,
    isNamed: node.isNamed,
    parent,
    field,
    childCount: node.childCount,
    startIndex: node.startIndex,
    endIndex: node.endIndex,
    startLine: node.startPosition.row,
    endLine: node.endPosition.row,
  };
}
