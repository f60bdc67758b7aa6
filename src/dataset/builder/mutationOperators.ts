import type { Edit, MutationScope } from './mutationEdits.ts';
import { argumentsOf, positionalArguments, replaceNode } from './mutationEdits.ts';
import { dropBranch, dropKeyword, dropLastArgument, dropStatement } from './mutationRemovals.ts';
import type { SyntaxNode } from './syntaxTree.ts';
import { childInField } from './syntaxTree.ts';

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
  { name: 'shifted_slice', propose: shiftSlice },
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
  // Brackets that nobody would write show where the change is.
  return simple ? [replaceNode(condition, `not ${condition.text}`)] : [];
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
  const others = [value + 1, value - 1].filter((other) => other >= 0);
  const { parent } = node;
  if (parent?.type !== 'binary_operator') return others.map((other) => replaceNode(node, String(other)));
  return others.flatMap((other) => shiftOperand(node, parent, other));
}

/** Nobody writes `x + 0` or `x * 1`: there the whole operand is forgotten. */
function shiftOperand(node: SyntaxNode, operation: SyntaxNode, other: number): readonly Edit[] {
  const operator = childInField(operation, 'operator')?.text ?? '';
  const idle = '+-'.includes(operator) ? 0 : 1;
  if (other > idle) return [replaceNode(node, String(other))];
  const left = childInField(operation, 'left');
  return left === null || left.startIndex === node.startIndex ? [] : [replaceNode(operation, left.text)];
}

/** Bounds that are numbers are shifted elsewhere. */
function shiftSlice(node: SyntaxNode): readonly Edit[] {
  if (node.type !== 'slice') return [];
  const colon = node.children.find((child) => child.text === ':');
  const bounds = node.namedChildren.filter(({ type }) => ['identifier', 'attribute', 'call'].includes(type));
  return bounds.map((bound) => {
    const isStart = colon !== undefined && bound.startIndex < colon.startIndex;
    return replaceNode(bound, `${bound.text} ${isStart ? '+' : '-'} 1`);
  });
}

function swapConstant(node: SyntaxNode): readonly Edit[] {
  if (node.type === 'true') return [replaceNode(node, 'False')];
  return node.type === 'false' ? [replaceNode(node, 'True')] : [];
}

function swapArguments(node: SyntaxNode): readonly Edit[] {
  const positional = argumentsOf(node);
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
  // `f(a, a)` and `a == a` are slips that nobody leaves in.
  const around = parent === 'argument_list' ? node.parent?.parent : node.parent;
  const beside = new Set(around?.text.match(/[\p{L}\p{N}_]+/gu));
  const others = bound.filter((name) => name !== node.text && !beside.has(name));
  return others.slice(-2).map((name) => replaceNode(node, name));
}

function confuseMethod(node: SyntaxNode): readonly Edit[] {
  if (node.type !== 'call') return [];
  const called = childInField(node, 'function');
  const name = called?.type === 'attribute' ? childInField(called, 'attribute') : called;
  if (name?.type !== 'identifier' || !Object.hasOwn(confusedMethods, name.text)) return [];
  return [replaceNode(name, confusedMethods[name.text] ?? name.text)];
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
  if (noConversions.includes(childInField(node, 'function')?.text ?? '')) return [];
  // `x = str(x)` would become `x = x`: a statement too many gives the place away.
  const assigned = node.parent?.type === 'assignment' ? childInField(node.parent, 'left')?.text : null;
  return assigned === only.text ? [] : [replaceNode(node, only.text)];
}

/** Calls whose argument is another kind of thing than their result: without them, nothing runs at all. */
const noConversions = [
  'len',
  'range',
  'enumerate',
  'super',
  'type',
  'callable',
  'iter',
  'next',
  'open',
  'hash',
];
