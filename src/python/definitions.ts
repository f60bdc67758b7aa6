import type { Node } from 'web-tree-sitter';
import { indentationOf } from './lines.ts';
import type { Definition, LineSpan } from './pythonTypes.ts';

/** The definitions below a node, outer ones first, in the order of the text. */
export function collectDefinitions(root: Node, lines: readonly string[]): Definition[] {
  const found: Definition[] = [];
  const counts = new Map<string, number>();
  const visit = (node: Node, scope: Scope): void => {
    for (const child of node.namedChildren) {
      if (!isDefinition(child)) {
        if (mayHoldStatements(child)) visit(child, scope);
        continue;
      }
      const definition = describe({ node: child, scope, lines, counts });
      found.push(definition);
      const body = child.childForFieldName('body');
      if (body) visit(body, { prefix: innerPrefix(definition), around: definition });
    }
  };
  visit(root, { prefix: '', around: null });
  return found;
}

/** Whether a node is a `def` or a `class`. */
export function isDefinition(node: Node): boolean {
  return node.type === 'function_definition' || node.type === 'class_definition';
}

/** The docstring of a function's or class's body, as a statement. */
export function docstringOf(body: Node | null): Node | null {
  const first = body?.namedChildren.find((child) => child.type !== 'comment');
  if (first?.type !== 'expression_statement' || first.namedChildCount !== 1) return null;
  const value = first.firstNamedChild;
  return value?.type === 'string' || value?.type === 'concatenated_string' ? first : null;
}

/** Where the last statement in a node ends, comments left out. */
export function lastStatementEnd(node: Node): { readonly row: number; readonly index: number } {
  const last = node.children.findLast(
    (child) => child.type !== 'comment' && child.endIndex > child.startIndex,
  );
  if (!last || !(mayHoldStatements(last) || isDefinition(last))) {
    const end = last ?? node;
    return { row: end.endPosition.row, index: end.endIndex };
  }
  return lastStatementEnd(last);
}

interface Scope {
  readonly prefix: string;
  readonly around: Definition | null;
}

interface Described {
  readonly node: Node;
  readonly scope: Scope;
  readonly lines: readonly string[];
  readonly counts: Map<string, number>;
}

function describe({ node, scope, lines, counts }: Described): Definition {
  const name = node.childForFieldName('name')?.text ?? '';
  const qualifiedName = scope.prefix + name;
  const occurrence = counts.get(qualifiedName) ?? 0;
  counts.set(qualifiedName, occurrence + 1);
  const decorated = node.parent?.type === 'decorated_definition' ? node.parent : null;
  const colon = node.children.findLast((child) => child.type === ':') ?? node;
  const body = node.childForFieldName('body');
  const first = body?.namedChildren.find((child) => child.type !== 'comment');
  const docstring = docstringOf(body);
  const definitionLine = node.startPosition.row;
  const end = lastStatementEnd(node);
  return {
    kind: node.type === 'class_definition' ? 'class' : 'function',
    name,
    qualifiedName,
    className: scope.around?.kind === 'class' ? scope.around.qualifiedName : null,
    occurrence,
    isAsync: node.firstChild?.type === 'async',
    decorators: (decorated?.namedChildren ?? [])
      .filter((child) => child.type === 'decorator')
      .map((child) => flat(child.text)),
    signature: signatureOf(node, colon),
    startLine: (decorated ?? node).startPosition.row,
    definitionLine,
    headerEndLine: colon.startPosition.row,
    headerEndIndex: colon.endIndex,
    bodyStartLine: first?.startPosition.row ?? colon.startPosition.row,
    docstring: docstring ? spanOf(docstring) : null,
    endLine: end.row,
    indentation: indentationOf(lines[definitionLine] ?? ''),
    startIndex: node.startIndex,
    endIndex: end.index,
  };
}

function innerPrefix(definition: Definition): string {
  return `${definition.qualifiedName}${definition.kind === 'function' ? '.<locals>' : ''}.`;
}

/** Statements, clauses and blocks can hold definitions; expressions cannot. */
function mayHoldStatements(node: Node): boolean {
  return (
    /(?:_statement|_clause|_definition)$|^block$|^ERROR$/.test(node.type) &&
    node.type !== 'expression_statement'
  );
}

function signatureOf(node: Node, colon: Node): string {
  const name = node.childForFieldName('name');
  return name
    ? flat(node.text.slice(name.endIndex - node.startIndex, colon.startIndex - node.startIndex))
    : '';
}

function spanOf(node: Node): LineSpan {
  return { startLine: node.startPosition.row, endLine: node.endPosition.row };
}

function flat(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
