import { distance } from 'fastest-levenshtein';
import type { Definition, PlainNode, PythonParser } from '../../python/pythonTypes.ts';

/**
 * The tokens of a function in order, with marks for its blocks, without comments and docstrings: equal for two texts
 * exactly when they are the same code.
 */
export function codeTokens(parser: PythonParser, source: string, definition: Definition): string[] {
  const nodes = parser.nodes(source, definition);
  const skipped = new Set<number>();
  const tokens: string[] = [];
  nodes.forEach((node, place) => {
    if (node.type === 'comment' || skipped.has(node.parent) || isDocstring(nodes, place)) {
      skipped.add(place);
    } else if (node.type === 'block') {
      tokens.push(`{${childrenOf(nodes, place).filter(({ type }) => type !== 'comment').length}`);
    } else if (node.childCount === 0) tokens.push(source.slice(node.startIndex, node.endIndex));
  });
  return tokens;
}

/** How many tokens must be changed, added or removed to come from one to the other. */
export function tokenDistance(left: readonly string[], right: readonly string[]): number {
  const letters = new Map<string, string>();
  const spell = (tokens: readonly string[]): string =>
    tokens
      .map((token) => {
        const letter = letters.get(token) ?? String.fromCharCode(0x100 + letters.size);
        letters.set(token, letter);
        return letter;
      })
      .join('');
  return distance(spell(left), spell(right));
}

function isDocstring(nodes: readonly PlainNode[], place: number): boolean {
  const node = nodes[place];
  const block = nodes[node?.parent ?? -1];
  const owner = nodes[block?.parent ?? -1];
  if (node?.type !== 'expression_statement' || block?.type !== 'block') return false;
  if (owner?.type !== 'function_definition' && owner?.type !== 'class_definition') return false;
  const [only, ...more] = childrenOf(nodes, place);
  const first = childrenOf(nodes, node.parent).find(({ type }) => type !== 'comment');
  return first === node && more.length === 0 && only?.type === 'string';
}

/** Children stand behind their parent and before the next node of its level. */
function childrenOf(nodes: readonly PlainNode[], parent: number): PlainNode[] {
  const children: PlainNode[] = [];
  const count = nodes[parent]?.childCount ?? 0;
  for (let place = parent + 1; place < nodes.length && children.length < count; place += 1) {
    const node = nodes[place];
    if (node?.parent === parent) children.push(node);
  }
  return children;
}
