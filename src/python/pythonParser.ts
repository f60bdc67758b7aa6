import { createRequire } from 'node:module';
import { Language, Parser } from 'web-tree-sitter';
import type { Node, Tree } from 'web-tree-sitter';
import { collectDefinitions } from './definitions.ts';
import { splitLines } from './lines.ts';
import { linesInsideStrings, plainNodes } from './nodes.ts';
import { findProblems } from './problems.ts';
import type { Definition, PythonFile, PythonParser, SyntaxProblem } from './pythonTypes.ts';
import { sameOutside } from './sameOutside.ts';
import { collectStatements } from './statements.ts';

/** Loads the parser (WebAssembly, no native build); the only asynchronous step. */
export async function loadPythonParser(): Promise<PythonParser> {
  const resolve = createRequire(import.meta.url).resolve;
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(resolve('tree-sitter-python/tree-sitter-python.wasm')));
  const sourceOf = createSourceCache(parser);
  return {
    parse: (source) => sourceOf(source).file,
    problems: (source) => sourceOf(source).problems(),
    statements: (source, definition) => {
      const { tree, file } = sourceOf(source);
      return collectStatements(nodeOf(tree, definition), file.lines);
    },
    nodes: (source, definition) => {
      const { tree } = sourceOf(source);
      return plainNodes(definition ? nodeOf(tree, definition) : tree.rootNode);
    },
    stringLines: (source) => sourceOf(source).stringLines(),
    sameOutside: (before, after) =>
      sameOutside(
        nodeOf(sourceOf(before.source).tree, before.definition),
        nodeOf(sourceOf(after.source).tree, after.definition),
      ),
  };
}

interface ParsedSource {
  readonly tree: Tree;
  readonly file: PythonFile;
  readonly problems: () => readonly SyntaxProblem[];
  readonly stringLines: () => ReadonlySet<number>;
}

/** Trees live in WebAssembly memory, which nobody collects: the last few are kept, older ones are freed. */
const keptSources = 24;

function createSourceCache(parser: Parser): (source: string) => ParsedSource {
  const kept = new Map<string, ParsedSource>();
  return (source) => {
    const known = kept.get(source);
    const parsed = known ?? parseSource(parser, source);
    kept.delete(source);
    kept.set(source, parsed);
    const [oldest] = kept;
    if (kept.size > keptSources && oldest) {
      kept.delete(oldest[0]);
      oldest[1].tree.delete();
    }
    return parsed;
  };
}

function parseSource(parser: Parser, source: string): ParsedSource {
  const tree = parser.parse(source);
  if (!tree) throw new Error('The Python parser gave no tree; its language is not loaded.');
  const lines = splitLines(source);
  const file = { source, lines, definitions: collectDefinitions(tree.rootNode, lines) };
  return {
    tree,
    file,
    problems: once(() => findProblems(tree.rootNode, lines)),
    stringLines: once(() => linesInsideStrings(tree.rootNode)),
  };
}

function nodeOf(tree: Tree, definition: Definition): Node {
  const type = `${definition.kind}_definition`;
  let node = tree.rootNode.descendantForIndex(definition.startIndex, definition.endIndex);
  while (node && !(node.type === type && node.startIndex === definition.startIndex)) node = node.parent;
  if (!node)
    throw new Error(
      `${definition.qualifiedName} does not stand in this source at line ${definition.definitionLine + 1}.`,
    );
  return node;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
