import type { Row } from '../../core/row.ts';
import { replaceMethod } from '../../core/rowHelpers.ts';
import type { Target } from '../../core/tasks/target.ts';
import { findTarget } from '../../core/tasks/target.ts';
import type { Definition, PythonParser } from '../../python/pythonTypes.ts';
import type { Parameter } from './parameters.ts';
import { parametersOf } from './parameters.ts';

/** Ways to do nothing useful, in the order in which they are tried. */
export const stubNames = [
  'pass_stub',
  'raise_stub',
  'first_argument_stub',
  'empty_list_stub',
  'super_stub',
] as const;
export type StubName = (typeof stubNames)[number];

/** Whole files with the method replaced by one that does nothing useful; those that make no sense for it are left out. */
export function stubVariants(
  parser: PythonParser,
  row: Row,
): readonly { readonly name: StubName; readonly mustPass: false; readonly fileContent: string }[] {
  const target = findTarget(parser, row);
  if (target === null) return [];
  const parameters = parametersOf(parser, target.source, target.definition);
  const statements: Readonly<Record<StubName, string | null>> = {
    pass_stub: 'pass',
    raise_stub: 'raise NotImplementedError',
    first_argument_stub: returnFirst(parameters),
    empty_list_stub: 'return []',
    super_stub: callSuper(target.definition, parameters),
  };
  const indentation = bodyIndentation(row);
  const docstring = docstringLines(target);
  return stubNames.flatMap((name) => {
    const statement = statements[name];
    if (statement === null) return [];
    const method = [row.method.declaration, ...docstring, `${indentation}${statement}`].join('\n');
    return [{ name, mustPass: false, fileContent: replaceMethod(row, method) }];
  });
}

function returnFirst([first]: readonly Parameter[]): string | null {
  return first === undefined ? null : `return ${first.name}`;
}

function callSuper(definition: Definition, parameters: readonly Parameter[]): string | null {
  const isStatic = definition.decorators.some((decorator) => /\bstaticmethod$/.test(decorator));
  if (definition.className === null || isStatic) return null;
  const wait = definition.isAsync ? 'await ' : '';
  const called = `super().${definition.name}`;
  if (definition.decorators.some((decorator) => /property\b/.test(decorator))) return `return ${called}`;
  return `return ${wait}${called}(${parameters.slice(1).map(passOn).join(', ')})`;
}

function passOn({ kind, name }: Parameter): string {
  switch (kind) {
    case 'list':
      return `*${name}`;
    case 'dict':
      return `**${name}`;
    case 'keyword':
      return `${name}=${name}`;
    case 'plain':
      return name;
  }
}

/** It does nothing, and decorators may have copied it: a warm process can take a stub's code only if it stays. */
function docstringLines({ source, definition: { docstring, headerEndLine } }: Target): readonly string[] {
  if (docstring === null || docstring.startLine <= headerEndLine) return [];
  return source.split('\n').slice(docstring.startLine, docstring.endLine + 1);
}

function bodyIndentation(row: Row): string {
  const lines = row.method.body.split('\n');
  const firstCode = lines.find((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  return /^\s*/.exec(firstCode ?? '')?.[0] ?? '';
}
