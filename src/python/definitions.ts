import type { Node } from 'web-tree-sitter';
import { indentationOf } from './lines.ts';
import type { Definition, LineSpan } from './pythonTypes.ts';

/** The definitions below a node, outer ones first, in the order of the text. */
export function collectDefinitions(root: Node, lines: readonly string[]): Definition[] {
  const found: Definition[] = [];
  const counts = new Map<string, number>();
  const open: Scope[] = [];
  let decorated: Node | null = null;
  for (const node of root.descendantsOfType(definitionTypes)) {
    if (node.type === 'decorated_definition') {
      decorated = node;
      continue;
    }
    while ((open.at(-1)?.end ?? Infinity) <= node.startIndex) open.pop();
    const around = open.at(-1)?.definition ?? null;
    const isDecorated = decorated !== null && decorated.endIndex === node.endIndex;
    const definition = describe({ node, around, decorated: isDecorated ? decorated : null, lines, counts });
    decorated = null;
    found.push(definition);
    open.push({ definition, end: node.endIndex });
  }
  return found;
}

const definitionTypes = ['function_definition', 'class_definition', 'decorated_definition'];

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
  let last = node;
  for (let inner = lastPart(last); inner; inner = mayEndWithComment(inner) ? lastPart(inner) : null)
    last = inner;
  return { row: last.endPosition.row, index: last.endIndex };
}

function lastPart(node: Node): Node | null {
  for (let place = node.childCount - 1; place >= 0; place -= 1) {
    const child = node.child(place);
    if (child && child.type !== 'comment' && child.endIndex > child.startIndex) return child;
  }
  return null;
}

interface Scope {
  readonly definition: Definition;
  readonly end: number;
}

interface Described {
  readonly node: Node;
  readonly around: Definition | null;
  readonly decorated: Node | null;
  readonly lines: readonly string[];
  readonly counts: Map<string, number>;
}

function describe({ node, around, decorated, lines, counts }: Described): Definition {
  const name = node.childForFieldName('name')?.text ?? '';
  const qualifiedName = (around ? innerPrefix(around) : '') + name;
  const occurrence = counts.get(qualifiedName) ?? 0;
  counts.set(qualifiedName, occurrence + 1);
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
    className: around?.kind === 'class' ? around.qualifiedName : null,
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

/** Statements with blocks, clauses and blocks: their last child may be a comment. */
function mayEndWithComment(node: Node): boolean {
  return (
    /(?:_statement|_clause|_definition)$|^block$/.test(node.type) && node.type !== 'expression_statement'
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
