import type { Node } from 'web-tree-sitter';

/**
 * Whether two trees are the same outside one node of each: going down to the two nodes, every sibling beside the
 * path has the same shape and the same text.
 */
export function sameOutside(before: Node, after: Node): boolean {
  let left = before;
  let right = after;
  for (;;) {
    const leftParent = left.parent;
    const rightParent = right.parent;
    if (!leftParent || !rightParent) return !leftParent && !rightParent;
    if (leftParent.type !== rightParent.type || !sameSiblings(left, right, [leftParent, rightParent]))
      return false;
    left = leftParent;
    right = rightParent;
  }
}

function sameSiblings(left: Node, right: Node, [leftParent, rightParent]: readonly [Node, Node]): boolean {
  const leftSiblings = leftParent.children.filter(isNoComment);
  const rightSiblings = rightParent.children.filter(isNoComment);
  if (leftSiblings.length !== rightSiblings.length) return false;
  return leftSiblings.every((sibling, place) => {
    const other = rightSiblings[place];
    if (!other) return false;
    if (sibling.id === left.id || other.id === right.id)
      return sibling.id === left.id && other.id === right.id;
    return sibling.text === other.text && sibling.toString() === other.toString();
  });
}

/** A comment after the definition's last statement may belong to its block or to the block around it. */
function isNoComment(node: Node): boolean {
  return node.type !== 'comment';
}
