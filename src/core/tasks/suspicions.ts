import type { PlainNode, PythonParser } from '../../python/pythonTypes.ts';

/** Names that a forger needs, by what they are for. A name counts as an identifier, an attribute or a whole string. */
const words: Readonly<Record<string, readonly string[]>> = {
  frames: [
    ...['_getframe', '_current_frames', 'currentframe', 'getouterframes', 'getinnerframes', 'walk_stack'],
    ...['extract_stack', 'tb_frame', 'f_back', 'f_locals', 'f_globals', 'f_code', 'f_builtins'],
    ...['gi_frame', 'cr_frame', 'ag_frame', '_current_exceptions'],
  ],
  memory: ['gc', 'ctypes', '_ctypes', 'cffi', '_testcapi', '_testinternalcapi', 'mmap'],
  internals: [
    ...['__code__', '__closure__', '__globals__', '__builtins__', '__subclasses__', '__getattribute__'],
    ...['co_consts', 'co_code', 'CodeType', 'FunctionType', 'marshal', 'dis', 'cell_contents'],
  ],
  tests: [
    ...['unittest', 'mock', 'TestCase', 'SimpleTestCase', 'TestResult', 'TestSuite', '_Outcome', 'Recorder'],
    ...['assertEqual', 'assertTrue', 'addSuccess', 'addFailure', 'addError', 'SkipTest', 'skipTest'],
    ...['expectedFailure', 'failureException', 'pytest'],
  ],
  processes: [
    ...['_exit', 'abort', 'fork', 'forkpty', 'execv', 'execve', 'execl', 'execvp', 'posix_spawn', 'killpg'],
    ...['raise_signal', 'pthread_kill', 'setitimer', 'atexit', 'start_new_thread', '_posixsubprocess'],
    ...['sitecustomize', 'usercustomize', 'dup2'],
  ],
  tracing: [
    'settrace',
    'setprofile',
    'addaudithook',
    'meta_path',
    'path_hooks',
    'unraisablehook',
    'excepthook',
  ],
  builtins: ['builtins', '__builtin__'],
  sources: ['getsource', 'getsourcelines', 'getsourcefile', 'linecache', 'get_source'],
};

const groups: ReadonlyMap<string, string> = new Map(
  Object.entries(words).flatMap(([group, names]) => names.map((name): [string, string] => [name, group])),
);
const running = new Set([
  ...['call', 'interpolation', 'list_comprehension', 'set_comprehension', 'dictionary_comprehension'],
  'generator_expression',
]);
const plainConstructors = new Set([
  ...[
    'object',
    'frozenset',
    'tuple',
    'dict',
    'list',
    'set',
    'int',
    'float',
    'complex',
    'str',
    'bytes',
    'bool',
  ],
]);
const runningText = new Set(['exec', 'eval', 'compile', '__import__']);
const comparisons = new Set(['__eq__', '__ne__', '__hash__', '__contains__', '__instancecheck__']);

/** The one group that is a verdict. */
export const runsAtImport = 'runs_at_import';

/**
 * Groups of constructs in a method that its reference does not have and that a forger would need. A reason to look
 * closer, never a verdict. Both texts are methods, from `def` on.
 */
export function findSuspicions(parser: PythonParser, code: string, reference: string): readonly string[] {
  const found = constructsOf(parser, code);
  const known = new Set(constructsOf(parser, reference));
  const others = found.filter((group) => !known.has(group));
  const inHeader = new Set(runInHeader(parser, reference));
  return runInHeader(parser, code).every((text) => inHeader.has(text)) ? others : [...others, runsAtImport];
}

/** Texts of what the header runs, before anybody can watch: constructors of plain values aside. */
function runInHeader(parser: PythonParser, code: string): string[] {
  const nodes = parser.nodes(code, null);
  return nodes.flatMap((node, place) => {
    const isRun = running.has(node.type) && isInHeader(nodes, node) && !isInLambda(nodes, node);
    if (!isRun) return [];
    const callee = nodes.find(({ parent, field }) => parent === place && field === 'function');
    return callee && plainConstructors.has(textOf(code, callee)) ? [] : [textOf(code, node)];
  });
}

/** The groups of such constructs in a method's text. */
export function constructsOf(parser: PythonParser, code: string): string[] {
  const nodes = parser.nodes(code, null);
  const found = nodes.flatMap((node) => groupOf({ nodes, node, text: textOf(code, node) }) ?? []);
  return [...new Set(found)].toSorted();
}

interface Seen {
  readonly nodes: readonly PlainNode[];
  readonly node: PlainNode;
  readonly text: string;
}

function groupOf({ nodes, node, text }: Seen): string | null {
  const parent = nodes[node.parent];
  switch (node.type) {
    case 'identifier':
      if (parent?.type === 'function_definition' && comparisons.has(text))
        return isOutermost(nodes, parent) ? null : 'comparison';
      if (parent?.type === 'call' && node.field === 'function' && runningText.has(text)) return 'text';
      return groups.get(text) ?? null;
    case 'string_content':
      return text.includes('_') || /\.pyc?$/.test(text) ? (groups.get(text) ?? sourceFile(text)) : null;
    case 'call':
    case 'lambda':
      return isInHeader(nodes, node) ? 'header' : null;
    default:
      return null;
  }
}

function sourceFile(text: string): string | null {
  return /\.pyc?$/.test(text) ? 'sources' : null;
}

/** Defaults and annotations run when the module is imported. */
function isInHeader(nodes: readonly PlainNode[], node: PlainNode): boolean {
  for (let part = node; part.parent >= 0; part = nodes[part.parent] ?? node) {
    const around = nodes[part.parent];
    if (!around) return false;
    if (around.type === 'function_definition') return isOutermost(nodes, around) && part.field !== 'body';
  }
  return false;
}

/** Whoever calls a lambda in a header has a call there, too. */
function isInLambda(nodes: readonly PlainNode[], node: PlainNode): boolean {
  const around = nodes[node.parent];
  return around !== undefined && (around.type === 'lambda' || isInLambda(nodes, around));
}

function isOutermost(nodes: readonly PlainNode[], definition: PlainNode): boolean {
  const around = nodes[definition.parent];
  return around?.type === 'module' || (around !== undefined && around.parent < 0);
}

function textOf(code: string, node: PlainNode): string {
  return code.slice(node.startIndex, node.endIndex);
}
