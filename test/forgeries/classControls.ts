import { join } from 'node:path';
import type { Row } from '../../src/core/row.ts';
import { referenceMethod } from '../../src/core/rowHelpers.ts';
import { findClassTarget } from '../../src/core/tasks/target.ts';
import { classRows } from '../../src/dataset/classRows.ts';
import { readDataset } from '../../src/dataset/readDataset.ts';
import { resourcesFolder } from '../../src/environments/index.ts';
import type { Definition, PythonParser } from '../../src/python/pythonTypes.ts';
import { subjectOf, type ControlsWanted } from './controls.ts';
import type { Subject } from './corpus.ts';

/** The same class, told otherwise. */
const rewrites = {
  reference: ({ lines }: WholeClass) => lines,
  members_added: addMembers,
  methods_in_another_order: swapMethods,
  another_docstring: changeDocstring,
} as const;

interface WholeClass {
  readonly definition: Definition;
  /** Of its own functions, in their order. */
  readonly methods: readonly Definition[];
  /** From `class` to the last line. */
  readonly lines: readonly string[];
}

/** References of rows for whole classes and rewrites of them that mean the same, all of one row before the next. */
export async function honestClasses({
  parser,
  environment,
  count,
  dataset,
}: ControlsWanted): Promise<Subject[]> {
  const shipped = join(resourcesFolder(), 'datasets', 'django-4.0.4.jsonl.gz');
  const { rows } = await readDataset(dataset ?? shipped);
  const subjects = classRows(rows).flatMap((row) => {
    const found = readClass(parser, row);
    return Object.entries(rewrites).flatMap(([name, rewrite]) => {
      const lines = found && rewrite(found);
      if (!lines) return [];
      const subject = subjectOf({ environment, parser, row, name, lines, definition: found.definition });
      return parser.problems(subject.request.fileContent).length === 0 ? [subject] : [];
    });
  });
  return subjects.slice(0, count);
}

function readClass(parser: PythonParser, row: Row): WholeClass | null {
  const target = findClassTarget(parser, row);
  if (!target) return null;
  const { definition, source } = target;
  const methods = parser.parse(source).definitions.filter(({ kind, qualifiedName, name, startLine }) => {
    const isInside = startLine > definition.definitionLine && startLine <= definition.endLine;
    return isInside && kind === 'function' && qualifiedName === `${definition.qualifiedName}.${name}`;
  });
  return { definition, methods, lines: referenceMethod(row).split('\n') };
}

function addMembers({ definition, lines }: WholeClass): readonly string[] {
  const members = [
    '_own_text = f"{1 + 1} words"',
    '_own_table = {number: number * number for number in range(4)}',
    '_own_limits: tuple = (1, 2)',
    '',
    '@staticmethod',
    'def _own_helper(value, other=None):',
    '    return [value for _ in range(2)]',
    '',
    '@property',
    'def _own_property(self):',
    '    return self._own_helper(lambda: self._own_text)',
  ];
  const indentation = `${definition.indentation}    `;
  return [...lines, '', ...members.map((line) => (line === '' ? '' : indentation + line))];
}

/** Two that stand beside each other, neither of them with a decorator that may name the other. */
function swapMethods({ definition, methods, lines }: WholeClass): readonly string[] | null {
  const place = methods.findIndex((method, at) => {
    const next = methods[at + 1];
    return next !== undefined && isPlain(method) && isPlain(next) && next.startLine - method.endLine === 2;
  });
  const [first, second] = [methods[place], methods[place + 1]];
  if (!first || !second) return null;
  const linesOf = ({ startLine, endLine }: Definition): readonly string[] =>
    lines.slice(startLine - definition.definitionLine, endLine - definition.definitionLine + 1);
  const before = lines.slice(0, first.startLine - definition.definitionLine);
  const after = lines.slice(second.endLine - definition.definitionLine + 1);
  return [...before, ...linesOf(second), '', ...linesOf(first), ...after];
}

function isPlain({ startLine, definitionLine }: Definition): boolean {
  return startLine === definitionLine;
}

function changeDocstring({ definition, lines }: WholeClass): readonly string[] {
  const { docstring, bodyStartLine, definitionLine, indentation } = definition;
  const first = (docstring?.startLine ?? bodyStartLine) - definitionLine;
  const rest = docstring ? docstring.endLine + 1 - definitionLine : first;
  return [...lines.slice(0, first), `${indentation}    """Another text."""`, ...lines.slice(rest)];
}
