import { createRequire } from 'node:module';
import { Language, Parser } from 'web-tree-sitter';
import type { Node, Tree } from 'web-tree-sitter';
import { collectDefinitions } from './definitions.ts';
import { splitLines } from './lines.ts';
import { linesInsideStrings, plainNodes } from './nodes.ts';
import { findProblems } from './problems.ts';
import type { Definition, Located, PlainNode, PythonFile, PythonParser } from './pythonTypes.ts';
import { sameOutside } from './sameOutside.ts';
import { collectStatements } from './statements.ts';

/** Loads the parser (WebAssembly, no native build); the only asynchronous step. */
export async function loadPythonParser(): Promise<PythonParser> {
  const resolve = createRequire(import.meta.url).resolve;
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(resolve('tree-sitter-python/tree-sitter-python.wasm')));
  return assemble(createTreeCache(parser));
}

function assemble(treeOf: (source: string) => Tree): PythonParser {
  const linesOf = remember(splitLines);
  const parse = remember((source: string): PythonFile => {
    const lines = linesOf(source);
    return { source, lines, definitions: collectDefinitions(treeOf(source).rootNode, lines) };
  });
  /** A definition's own lines are parsed apart: much less than a file, and where they start is all that differs. */
  const isolate = (source: string, definition: Definition): Isolated => {
    const text = linesOf(source)
      .slice(definition.definitionLine, definition.endLine + 1)
      .join('\n');
    const node = nodeAt(treeOf(text), definition, definition.indentation.length);
    return {
      node,
      lines: splitLines(text),
      line: definition.definitionLine,
      index: definition.startIndex - node.startIndex,
    };
  };
  return {
    parse,
    problems: remember((source) => findProblems(treeOf(source).rootNode, splitLines(source))),
    statements: (source, definition) => {
      const { node, lines, line, index } = isolate(source, definition);
      return collectStatements(node, lines).map((found) => moved(found, line, index));
    },
    nodes: rememberLatest((source, definition) => {
      if (!definition) return plainNodes(treeOf(source).rootNode);
      const { node, line, index } = isolate(source, definition);
      return plainNodes(node).map((found) => moved(found, line, index));
    }),
    stringLines: remember((source) => linesInsideStrings(treeOf(source).rootNode)),
    sameOutside: (before, after) => sameOutside(nodeOf(treeOf, before), nodeOf(treeOf, after)),
  };
}

interface Isolated {
  readonly node: Node;
  readonly lines: readonly string[];
  readonly line: number;
  readonly index: number;
}

function moved<T extends Span>(span: T, line: number, index: number): T {
  return {
    ...span,
    startLine: span.startLine + line,
    endLine: span.endLine + line,
    startIndex: span.startIndex + index,
    endIndex: span.endIndex + index,
  };
}

interface Span {
  readonly startLine: number;
  readonly endLine: number;
  readonly startIndex: number;
  readonly endIndex: number;
}

/** Trees live in WebAssembly memory, which nobody collects: the last few are kept, older ones are freed. */
const keptTrees = 24;

function createTreeCache(parser: Parser): (source: string) => Tree {
  const kept = new Map<string, Tree>();
  return (source) => {
    const tree = kept.get(source) ?? parser.parse(source);
    if (!tree) throw new Error('The Python parser gave no tree; its language is not loaded.');
    kept.delete(source);
    kept.set(source, tree);
    const [oldest] = kept;
    if (kept.size > keptTrees && oldest) {
      kept.delete(oldest[0]);
      oldest[1].delete();
    }
    return tree;
  };
}

/** Results are plain data and small beside their sources: the last ones are kept, up to so many characters of source. */
const keptCharacters = 12_000_000;
/** But not beside small ones, of which those characters would be tens of thousands. */
const keptSources = 3_000;

function remember<T>(make: (source: string) => T): (source: string) => T {
  const kept = new Map<string, T>();
  let characters = 0;
  return (source) => {
    const known = kept.get(source);
    if (known !== undefined) return known;
    const made = make(source);
    kept.set(source, made);
    characters += source.length;
    for (const oldest of kept.keys()) {
      if (characters <= keptCharacters && kept.size <= keptSources) break;
      kept.delete(oldest);
      characters -= oldest.length;
    }
    return made;
  };
}

/** Several questions about one definition follow each other, and its nodes are many. */
function rememberLatest(make: PythonParser['nodes']): PythonParser['nodes'] {
  let latest: { source: string; definition: Definition | null; nodes: readonly PlainNode[] } | null = null;
  return (source, definition) => {
    if (latest?.definition === definition && latest.source === source) return latest.nodes;
    const nodes = make(source, definition);
    latest = { source, definition, nodes };
    return nodes;
  };
}

function nodeOf(treeOf: (source: string) => Tree, { source, definition }: Located): Node {
  return nodeAt(treeOf(source), definition, definition.startIndex);
}

function nodeAt(tree: Tree, definition: Definition, startIndex: number): Node {
  const type = `${definition.kind}_definition`;
  const endIndex = startIndex + definition.endIndex - definition.startIndex;
  let node = tree.rootNode.descendantForIndex(startIndex, endIndex);
  while (node && !(node.type === type && node.startIndex === startIndex)) node = node.parent;
  if (node) return node;
  throw new Error(
    `${definition.qualifiedName} does not stand in this source at line ${definition.definitionLine + 1}.`,
  );
}
