import type { Definition, PythonParser } from '../../python/pythonTypes.ts';
import type { Edit, MutationScope } from './mutationEdits.ts';
import type { MutationOperator } from './mutationOperators.ts';
import { mutationOperators } from './mutationOperators.ts';
import { seededOrder } from './seededOrder.ts';
import type { SyntaxNode } from './syntaxTree.ts';
import { childInField, growTree } from './syntaxTree.ts';

/** A file in which one method has one bug. */
export interface Mutation {
  readonly operator: string;
  readonly fileContent: string;
  /** The changed lines, without their indentation. */
  readonly before: string;
  readonly after: string;
  /** Characters taken away and put in. */
  readonly editSize: number;
}

/**
 * All bugs that the operators can put into the body of a method, never into its docstring, declaration or
 * annotations. The operators take turns, so that the first few differ in kind.
 */
export function proposeMutations(options: {
  readonly parser: PythonParser;
  readonly source: string;
  readonly definition: Definition;
  readonly seed: string;
}): readonly Mutation[] {
  const { parser, source, definition, seed } = options;
  const root = growTree(parser.nodes(source, definition), source);
  if (root === null) return [];
  const scope: MutationScope = { locals: findLocals(root), source };
  const nodes = [...walkCode(childInField(root, 'body'))];
  const queues = seededOrder(mutationOperators, ({ name }) => name, seed).map((operator) =>
    seededOrder(proposeWith(operator, { nodes, scope, source }), (found) => keyOf(found), seed),
  );
  return takeTurns(queues);
}

function proposeWith(
  operator: MutationOperator,
  { nodes, scope, source }: { nodes: readonly SyntaxNode[]; scope: MutationScope; source: string },
): readonly Mutation[] {
  const edits = nodes.flatMap((node) => operator.propose(node, scope));
  const mutations = edits.map((edit) => applyEdit(operator.name, source, edit));
  return mutations.filter(({ before, after }) => before !== after);
}

function applyEdit(operator: string, text: string, edit: Edit): Mutation {
  const fileContent = text.slice(0, edit.start) + edit.replacement + text.slice(edit.end);
  const lineStart = text.lastIndexOf('\n', edit.start - 1) + 1;
  // An edit that takes whole lines ends with the last of them, not in the line that follows.
  const takesLines = edit.end > edit.start && text[edit.end - 1] === '\n';
  const lineEnd = takesLines ? edit.end : endOfLine(text, edit.end);
  const grown = edit.replacement.length - (edit.end - edit.start);
  return {
    operator,
    fileContent,
    before: text.slice(lineStart, lineEnd).trim(),
    after: fileContent.slice(lineStart, lineEnd + grown).trim(),
    editSize: edit.end - edit.start + edit.replacement.length,
  };
}

function endOfLine(text: string, index: number): number {
  const end = text.indexOf('\n', index);
  return end === -1 ? text.length : end;
}

function keyOf(mutation: Mutation): string {
  return `${mutation.operator}\0${mutation.before}\0${mutation.after}\0${mutation.editSize}`;
}

/** The body's nodes in reading order, without docstring and annotations. */
function* walkCode(body: SyntaxNode | null): Generator<SyntaxNode> {
  const statements = body?.namedChildren ?? [];
  const first = statements.find((node) => node.type !== 'comment');
  const isDocstring = first?.type === 'expression_statement' && first.namedChildren[0]?.type === 'string';
  const skipped = isDocstring ? first : null;
  const pending = [...statements].reverse();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node === skipped || node.type === 'type' || node.type === 'comment') continue;
    yield node;
    pending.push(...[...node.namedChildren].reverse());
  }
}

/** Parameters and assigned names, each with the place of its first binding; never `self` or `cls`. */
function findLocals(definition: SyntaxNode): MutationScope['locals'] {
  const firstBinding = new Map<string, number>();
  const bind = (node: SyntaxNode | null, boundAt = node?.endIndex ?? 0): void => {
    if (node?.type !== 'identifier' || ['self', 'cls', '_'].includes(node.text)) return;
    if (!firstBinding.has(node.text)) firstBinding.set(node.text, boundAt);
  };
  for (const parameter of childInField(definition, 'parameters')?.namedChildren ?? []) {
    bind(
      parameter.type === 'identifier'
        ? parameter
        : (childInField(parameter, 'name') ?? parameter.namedChildren[0] ?? null),
    );
  }
  for (const node of walkCode(childInField(definition, 'body'))) {
    if (node.type !== 'assignment' && node.type !== 'for_statement') continue;
    // An assignment's own value is read before its name is bound.
    const left = childInField(node, 'left');
    bind(left, node.type === 'assignment' ? node.endIndex : left?.endIndex);
  }
  return [...firstBinding].map(([name, boundAt]) => ({ name, boundAt }));
}

function takeTurns<Item>(queues: readonly (readonly Item[])[]): readonly Item[] {
  const longest = Math.max(0, ...queues.map((queue) => queue.length));
  const rounds = Array.from({ length: longest }, (_, round) =>
    queues.flatMap((queue) => queue.slice(round, round + 1)),
  );
  return rounds.flat();
}
