import type { Definition, PythonParser } from '../../python/pythonTypes.ts';
import type { SyntaxNode } from './syntaxTree.ts';
import { childInField, growTree } from './syntaxTree.ts';

/** A parameter of a function. */
export interface Parameter {
  readonly name: string;
  /** `list` is `*name`, `dict` is `**name`, `keyword` can only be given by name. */
  readonly kind: 'plain' | 'list' | 'dict' | 'keyword';
  readonly annotation: string | null;
  readonly hasDefault: boolean;
}

/** The parameters of a function, in their order. */
export function parametersOf(
  parser: PythonParser,
  source: string,
  definition: Definition,
): readonly Parameter[] {
  const root = growTree(parser.nodes(source, definition), source);
  const found: Parameter[] = [];
  let isKeyword = false;
  for (const node of childInField(root, 'parameters')?.namedChildren ?? []) {
    if (node.type === 'keyword_separator') isKeyword = true;
    const parameter = readParameter(node, isKeyword);
    if (parameter === null) continue;
    found.push(parameter);
    if (parameter.kind === 'list') isKeyword = true;
  }
  return found;
}

function readParameter(node: SyntaxNode, isKeyword: boolean): Parameter | null {
  const pattern = node.type === 'typed_parameter' ? node.namedChildren[0] : node;
  const splat = pattern === undefined ? null : splatKind(pattern.type);
  const name = splat === null ? nameOf(node) : (pattern?.namedChildren[0]?.text ?? null);
  if (name === null) return null;
  return {
    name,
    kind: splat ?? (isKeyword ? 'keyword' : 'plain'),
    annotation: childInField(node, 'type')?.text ?? null,
    hasDefault: childInField(node, 'value') !== null,
  };
}

function splatKind(type: string): 'list' | 'dict' | null {
  if (type === 'list_splat_pattern') return 'list';
  return type === 'dictionary_splat_pattern' ? 'dict' : null;
}

function nameOf(node: SyntaxNode): string | null {
  if (node.type === 'identifier') return node.text;
  if (node.type === 'typed_parameter') return node.namedChildren[0]?.text ?? null;
  return /^(typed_)?default_parameter$/.test(node.type) ? (childInField(node, 'name')?.text ?? null) : null;
}
