import type { Node } from 'web-tree-sitter';
import { docstringOf, isDefinition, lastStatementEnd } from './definitions.ts';
import { indentationOf } from './lines.ts';
import type { Statement } from './pythonTypes.ts';

/** The statements of a definition's body, nested blocks included, in the order of the text. */
export function collectStatements(definition: Node, lines: readonly string[]): Statement[] {
  const found: Statement[] = [];
  let blocks = 0;
  const visitBlock = (block: Node, place: Place): void => {
    const number = blocks;
    blocks += 1;
    const docstring = place.mayHaveDocstring ? docstringOf(block) : null;
    block.namedChildren
      .filter((child) => child.type !== 'comment')
      .forEach((node, position) => {
        const inner = { ...place, block: number, position, isDocstring: docstring?.id === node.id };
        found.push(describe(node, inner, lines));
        visitBelow(node, { ...place, depth: place.depth + 1, mayHaveDocstring: false });
      });
  };
  const visitBelow = (node: Node, place: Place): void => {
    const inDefinition = isDefinition(node);
    const below = inDefinition ? { ...place, inNestedDefinition: true, mayHaveDocstring: true } : place;
    for (const child of node.namedChildren) {
      if (child.type === 'block') visitBlock(child, below);
      else if (/_clause$|_definition$/.test(child.type)) visitBelow(child, below);
    }
  };
  const body = definition.childForFieldName('body');
  if (body) visitBlock(body, { depth: 0, inNestedDefinition: false, mayHaveDocstring: true });
  return found;
}

interface Place {
  readonly depth: number;
  readonly inNestedDefinition: boolean;
  readonly mayHaveDocstring: boolean;
}

interface StatementPlace extends Place {
  readonly block: number;
  readonly position: number;
  readonly isDocstring: boolean;
}

function describe(node: Node, place: StatementPlace, lines: readonly string[]): Statement {
  const { row, column } = node.startPosition;
  const end = lastStatementEnd(node);
  const indentation = indentationOf(lines[row] ?? '');
  return {
    type: node.type,
    startLine: row,
    endLine: end.row,
    startIndex: node.startIndex,
    endIndex: end.index,
    depth: place.depth,
    block: place.block,
    position: place.position,
    isDocstring: place.isDocstring,
    startsLine: indentation.length === column,
    indentation,
    inNestedDefinition: place.inNestedDefinition,
  };
}
