import type { Node } from 'web-tree-sitter';
import { indentationOf, indentationWidth } from './lines.ts';
import type { SyntaxProblem } from './pythonTypes.ts';

/**
 * Why Python would refuse a source. tree-sitter's grammar is more generous than Python's: it takes empty blocks,
 * unexpected indentation and the statements of Python 2, so these are looked for apart.
 */
export function findProblems(root: Node, lines: readonly string[]): SyntaxProblem[] {
  const problems = [
    ...grammarProblems(root),
    ...[root, ...root.descendantsOfType('block')].flatMap((block) => blockProblems(block, lines)),
    ...bodyProblems(root),
    ...root
      .descendantsOfType(['print_statement', 'exec_statement'])
      .map((node) => problemAt(node, 'a statement of Python 2')),
    ...root
      .descendantsOfType('await')
      .filter(isOutsideAsync)
      .map((node) => problemAt(node, "'await' outside async function")),
    ...danglingContinuation(root),
  ];
  return problems.toSorted((a, b) => a.line - b.line);
}

function grammarProblems(root: Node): SyntaxProblem[] {
  if (!root.hasError) return [];
  const found: SyntaxProblem[] = [];
  const visit = (node: Node): void => {
    if (node.isError) found.push(problemAt(node, 'invalid syntax'));
    else if (node.isMissing) found.push(problemAt(node, `expected ${node.type}`));
    else if (node.hasError) node.children.forEach(visit);
  };
  visit(root);
  return found.length > 0 ? found : [problemAt(root, 'invalid syntax')];
}

/** Statements of one block start in the same column; a block has at least one. */
function blockProblems(block: Node, lines: readonly string[]): SyntaxProblem[] {
  const statements = block.namedChildren.filter(
    (child) => child.type !== 'comment' && child.endIndex > child.startIndex,
  );
  const first = statements[0];
  if (!first) return block.type === 'block' ? [problemAt(block, 'expected an indented block')] : [];
  const expected = block.type === 'block' ? widthBefore(first, lines) : 0;
  return statements
    .filter((node) => node.isNamed && node.type !== 'line_continuation')
    .filter((node) => {
      const width = widthBefore(node, lines);
      return width !== null && expected !== null && width !== expected;
    })
    .map((node) => problemAt(node, 'unexpected indentation'));
}

/** The width of the indentation when the node is the first on its line, else null. */
function widthBefore(node: Node, lines: readonly string[]): number | null {
  const { row, column } = node.startPosition;
  const indentation = indentationOf(lines[row] ?? '');
  return indentation.length === column ? indentationWidth(indentation) : null;
}

/** Compound statements whose block is missing altogether. */
function bodyProblems(root: Node): SyntaxProblem[] {
  return root
    .descendantsOfType(['function_definition', 'class_definition'])
    .filter((node) => !node.childForFieldName('body'))
    .map((node) => problemAt(node, 'expected an indented block'));
}

function isOutsideAsync(node: Node): boolean {
  for (let around = node.parent; around; around = around.parent) {
    if (around.type === 'lambda') return true;
    if (around.type === 'function_definition') return around.firstChild?.type !== 'async';
  }
  return true;
}

/** A backslash with nothing after it would swallow the line that follows in another file. */
function danglingContinuation(root: Node): SyntaxProblem[] {
  const last = root.descendantsOfType('line_continuation').at(-1);
  return last && last.endIndex >= root.text.trimEnd().length
    ? [problemAt(last, 'unexpected end after \\')]
    : [];
}

function problemAt(node: Node, message: string): SyntaxProblem {
  return { line: node.startPosition.row, message };
}
