import type { RowDifficulty } from '../../core/row.ts';
import type { Definition, PythonParser } from '../../python/pythonTypes.ts';
import type { MethodSource } from './findMethods.ts';
import type { SyntaxNode } from './syntaxTree.ts';
import { childInField, growTree } from './syntaxTree.ts';

/** How hard a method looks: its size, its ways, and the names that it takes from other files of the repository. */
export function measureDifficulty(options: {
  readonly parser: PythonParser;
  readonly source: string;
  readonly method: MethodSource;
  /** Modules of it are the repository's. */
  readonly packageName: string;
}): Omit<RowDifficulty, 'stub_failures'> {
  const { parser, source, method, packageName } = options;
  const { definition } = method;
  const nodes = parser.nodes(source, definition);
  const used = namesUsed(parser, source, definition);
  const imported = importedNames(parser, source, packageName);
  return {
    code_lines: method.codeLines.length,
    cyclomatic_complexity: 1 + nodes.filter(({ type, isNamed }) => isNamed && branching.has(type)).length,
    cross_file_names: [...imported].filter((name) => used.has(name)).length,
  };
}

/** McCabe's count: every place where the way through the code divides. */
const branching: ReadonlySet<string> = new Set([
  'if_statement',
  'elif_clause',
  'for_statement',
  'while_statement',
  'except_clause',
  'case_clause',
  'conditional_expression',
  'boolean_operator',
  'for_in_clause',
  'if_clause',
  'assert_statement',
]);

function namesUsed(parser: PythonParser, source: string, definition: Definition): ReadonlySet<string> {
  const nodes = parser.nodes(source, definition).filter(({ type }) => type === 'identifier');
  return new Set(nodes.map(({ startIndex, endIndex }) => source.slice(startIndex, endIndex)));
}

/** Names that the file takes from modules of its own package. */
function importedNames(parser: PythonParser, source: string, own: string): ReadonlySet<string> {
  const root = growTree(parser.nodes(source, null), source);
  const statements = [...descendants(root)].filter(({ type }) => type === 'import_from_statement');
  const names = statements.flatMap((statement) => {
    const module = childInField(statement, 'module_name')?.text ?? '';
    if (!module.startsWith('.') && module.split('.')[0] !== own) return [];
    return statement.children.filter(({ field }) => field === 'name').map(boundName);
  });
  return new Set(names);
}

function boundName(node: SyntaxNode): string {
  return node.type === 'aliased_import' ? (childInField(node, 'alias')?.text ?? '') : node.text;
}

function* descendants(root: SyntaxNode | null): Generator<SyntaxNode> {
  const pending = root === null ? [] : [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    yield node;
    pending.push(...node.namedChildren);
  }
}
