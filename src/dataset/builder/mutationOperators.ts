import type { SyntaxNode } from './syntaxTree.ts';
import { childInField, sibling } from './syntaxTree.ts';

/** One change of the text, in the parser's indexes. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** What an operator may know beside the node: the names that the method binds and where it first does. */
export interface MutationScope {
  readonly locals: readonly { readonly name: string; readonly boundAt: number }[];
}

/** A kind of bug that people make, as a change of the syntax tree. */
export interface MutationOperator {
  readonly name: string;
  readonly propose: (node: SyntaxNode, scope: MutationScope) => readonly Edit[];
}

/** Every operator, by name; the names are written into dataset rows. */
export const mutationOperators: readonly MutationOperator[] = [
  { name: 'boundary', propose: (node) => swapToken(node, 'comparison_operator', boundaries) },
  { name: 'wrong_comparison', propose: (node) => swapToken(node, 'comparison_operator', comparisons) },
  { name: 'and_or', propose: (node) => swapToken(node, 'boolean_operator', { and: 'or', or: 'and' }) },
  { name: 'arithmetic', propose: swapArithmetic },
  { name: 'update', propose: (node) => swapToken(node, 'augmented_assignment', updates) },
  { name: 'negated_condition', propose: negateCondition },
  { name: 'missing_operand', propose: dropOperand },
  { name: 'truth_for_none_check', propose: blurNoneCheck },
  { name: 'off_by_one', propose: shiftNumber },
  { name: 'wrong_constant', propose: swapConstant },
  { name: 'missing_statement', propose: dropStatement },
  { name: 'missing_keyword', propose: dropKeyword },
  { name: 'missing_argument', propose: dropLastArgument },
  { name: 'swapped_arguments', propose: swapArguments },
  { name: 'wrong_variable', propose: confuseVariable },
  { name: 'wrong_method', propose: confuseMethod },
  { name: 'missing_branch', propose: dropBranch },
  { name: 'loop_exit', propose: swapLoopExit },
  { name: 'missing_conversion', propose: dropWrappedCall },
];

const boundaries = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };
const comparisons = { '==': '!=', '!=': '==', in: 'not in', 'not in': 'in', is: 'is not', 'is not': 'is' };
const arithmetic = {
  '+': '-',
  '-': '+',
  '*': '+',
  '//': '*',
  '%': '//',
  '&': '|',
  '|': '&',
  '<<': '>>',
  '>>': '<<',
};
const updates = { '+=': '=', '-=': '+=', '|=': '=', '&=': '|=', '*=': '+=' };

const confusedMethods: Readonly<Record<string, string>> = {
  append: 'extend',
  extend: 'append',
  startswith: 'endswith',
  endswith: 'startswith',
  split: 'rsplit',
  rsplit: 'split',
  partition: 'rpartition',
  rpartition: 'partition',
  lstrip: 'rstrip',
  rstrip: 'lstrip',
  strip: 'lstrip',
  lower: 'upper',
  upper: 'lower',
  find: 'rfind',
  rfind: 'find',
  keys: 'values',
  values: 'keys',
  items: 'keys',
  union: 'intersection',
  intersection: 'union',
  add: 'discard',
  min: 'max',
  max: 'min',
  any: 'all',
  all: 'any',
  pop: 'get',
  setdefault: 'get',
  filter: 'exclude',
  exclude: 'filter',
};

function replaceNode(node: SyntaxNode, replacement: string): Edit {
  return { start: node.startIndex, end: node.endIndex, replacement };
}

function swapToken(node: SyntaxNode, type: string, table: Readonly<Record<string, string>>): readonly Edit[] {
  if (node.type !== type) return [];
  return node.children.flatMap((child) => {
    if (child.isNamed) return [];
    const replacement = Object.hasOwn(table, child.text) ? table[child.text] : undefined;
    return replacement === undefined ? [] : [replaceNode(child, replacement)];
  });
}

/** Not of strings: formatting or joining with another operator is no slip that runs. */
function swapArithmetic(node: SyntaxNode): readonly Edit[] {
  const isText = node.namedChildren.some((child) => ['string', 'concatenated_string'].includes(child.type));
  return isText ? [] : swapToken(node, 'binary_operator', arithmetic);
}

function negateCondition(node: SyntaxNode): readonly Edit[] {
  const isConditional = ['if_statement', 'elif_clause', 'while_statement'].includes(node.type);
  const condition = isConditional ? childInField(node, 'condition') : ternaryCondition(node);
  if (condition === null) return [];
  if (condition.type === 'not_operator') {
    const argument = childInField(condition, 'argument');
    return argument === null ? [] : [replaceNode(condition, argument.text)];
  }
  const simple = ['identifier', 'attribute', 'call', 'subscript', 'parenthesized_expression'].includes(
    condition.type,
  );
  return [replaceNode(condition, simple ? `not ${condition.text}` : `not (${condition.text})`)];
}

function ternaryCondition(node: SyntaxNode): SyntaxNode | null {
  return node.type === 'conditional_expression' ? (node.namedChildren[1] ?? null) : null;
}

function dropOperand(node: SyntaxNode): readonly Edit[] {
  if (node.type !== 'boolean_operator') return [];
  const sides = [childInField(node, 'left'), childInField(node, 'right')];
  return sides.flatMap((side) => (side === null ? [] : [replaceNode(node, side.text)]));
}

function blurNoneCheck(node: SyntaxNode): readonly Edit[] {
  if (node.type !== 'comparison_operator' || node.namedChildren.length !== 2) return [];
  const [left, right] = node.namedChildren;
  const operator = node.children.find((child) => !child.isNamed)?.text;
  if (left === undefined || right?.type !== 'none') return [];
  if (operator === 'is') return [replaceNode(node, `not ${left.text}`)];
  return operator === 'is not' ? [replaceNode(node, left.text)] : [];
}

function shiftNumber(node: SyntaxNode): readonly Edit[] {
  if (node.type !== 'integer' || !/^\d{1,6}$/.test(node.text)) return [];
  const value = Number(node.text);
  return [value + 1, value - 1]
    .filter((other) => other >= 0)
    .map((other) => replaceNode(node, String(other)));
}

function swapConstant(node: SyntaxNode): readonly Edit[] {
  if (node.type === 'true') return [replaceNode(node, 'False')];
  return node.type === 'false' ? [replaceNode(node, 'True')] : [];
}

function dropStatement(node: SyntaxNode): readonly Edit[] {
  if (node.type !== 'expression_statement' || node.parent?.type !== 'block') return [];
  const [inner] = node.namedChildren;
  if (inner === undefined || ['string', 'concatenated_string', 'yield'].includes(inner.type)) return [];
  // Dropping the first value of a name is no bug that a person leaves in; dropping a later one is.
  const rebinds = inner.type !== 'assignment' || (childInField(inner, 'left')?.type ?? '') !== 'identifier';
  return rebinds || isNestedStatement(node) ? [replaceNode(node, 'pass')] : [];
}

function isNestedStatement(node: SyntaxNode): boolean {
  return node.parent?.parent?.type !== 'function_definition';
}

function positionalArguments(node: SyntaxNode): readonly SyntaxNode[] {
  if (node.type !== 'argument_list') return [];
  const others = ['keyword_argument', 'list_splat', 'dictionary_splat', 'comment', 'generator_expression'];
  return node.namedChildren.filter((child) => !others.includes(child.type));
}

function dropKeyword(node: SyntaxNode): readonly Edit[] {
  if (node.type !== 'keyword_argument' || node.parent?.type !== 'argument_list') return [];
  return [removeFromList(node)];
}

function dropLastArgument(node: SyntaxNode): readonly Edit[] {
  const positional = positionalArguments(node);
  const last = positional.at(-1);
  return last === undefined || positional.length < 2 ? [] : [removeFromList(last)];
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

function swapArguments(node: SyntaxNode): readonly Edit[] {
  const positional = positionalArguments(node);
  return positional.slice(1).flatMap((second, index) => {
    const first = positional[index];
    if (first === undefined || first.text === second.text) return [];
    const between = node.text.slice(first.endIndex - node.startIndex, second.startIndex - node.startIndex);
    if (between.trim() !== ',') return [];
    return [
      { start: first.startIndex, end: second.endIndex, replacement: second.text + between + first.text },
    ];
  });
}

function confuseVariable(node: SyntaxNode, scope: MutationScope): readonly Edit[] {
  const bound = scope.locals.filter(({ boundAt }) => boundAt < node.startIndex).map(({ name }) => name);
  if (node.type !== 'identifier' || !bound.includes(node.text)) return [];
  const parent = node.parent?.type ?? '';
  const isRead = ['argument_list', 'comparison_operator', 'binary_operator', 'return_statement', 'subscript'];
  if (!isRead.includes(parent)) return [];
  const others = bound.filter((name) => name !== node.text);
  return others.slice(-2).map((name) => replaceNode(node, name));
}

function confuseMethod(node: SyntaxNode): readonly Edit[] {
  if (node.type !== 'call') return [];
  const called = childInField(node, 'function');
  const name = called?.type === 'attribute' ? childInField(called, 'attribute') : called;
  if (name?.type !== 'identifier' || !Object.hasOwn(confusedMethods, name.text)) return [];
  return [replaceNode(name, confusedMethods[name.text] ?? name.text)];
}

function dropBranch(node: SyntaxNode): readonly Edit[] {
  if (node.type !== 'elif_clause' && node.type !== 'else_clause') return [];
  if (node.parent?.type !== 'if_statement') return [];
  const block = childInField(node, 'consequence') ?? childInField(node, 'body');
  return block === null ? [] : [replaceNode(block, 'pass')];
}

function swapLoopExit(node: SyntaxNode): readonly Edit[] {
  if (node.type === 'break_statement') return [replaceNode(node, 'continue')];
  return node.type === 'continue_statement' ? [replaceNode(node, 'break')] : [];
}

/** `f(x)` becomes `x`: a conversion, a copy or an escape that somebody forgot. */
function dropWrappedCall(node: SyntaxNode): readonly Edit[] {
  if (node.type !== 'call' || childInField(node, 'function')?.type !== 'identifier') return [];
  const list = childInField(node, 'arguments');
  const [only] = list === null ? [] : positionalArguments(list);
  const fitsOneLine = only !== undefined && !only.text.includes('\n');
  if (!fitsOneLine || list?.namedChildren.length !== 1 || node.parent?.type === 'raise_statement') return [];
  return [replaceNode(node, only.text)];
}
