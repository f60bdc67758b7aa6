import { indentationOf, splitLines } from '../../python/lines.ts';
import type { Definition, PythonParser } from '../../python/pythonTypes.ts';
import { codeOf } from './target.ts';
import type { Target } from './target.ts';

/** The class with everything but the bodies of its methods, whose docstrings stay. */
export function classSkeleton(parser: PythonParser, target: Target): string {
  return withBodies(parser, target, { statement: '...', keepsDocstrings: true });
}

/** The class with methods that only raise; a class without methods is empty. */
export function classStub(parser: PythonParser, target: Target): string {
  const stub = withBodies(parser, target, {
    statement: 'raise NotImplementedError',
    keepsDocstrings: false,
  });
  if (stub !== codeOf(target)) return stub;
  const { definition } = target;
  const header = splitLines(codeOf(target)).slice(
    0,
    definition.headerEndLine - definition.definitionLine + 1,
  );
  return [...header, `${definition.indentation}    pass`].join('\n');
}

interface Body {
  readonly statement: string;
  readonly keepsDocstrings: boolean;
}

function withBodies(parser: PythonParser, target: Target, body: Body): string {
  const { definition, source } = target;
  const lines = [...parser.parse(source).lines];
  // From the end, so that the lines of those before stay where they are.
  let end = definition.endLine + 1;
  for (const method of methodsOf(parser, target).toReversed()) {
    const before = lines.length;
    replaceBody(lines, method, { ...body, source });
    end += lines.length - before;
  }
  return lines.slice(definition.definitionLine, end).join('\n');
}

/** Those of nested classes too; functions inside of methods belong to their bodies. */
function methodsOf(parser: PythonParser, { source, definition }: Target): readonly Definition[] {
  return parser.parse(source).definitions.filter((found) => {
    const isInside = found.startIndex > definition.startIndex && found.endIndex <= definition.endIndex;
    const name = found.qualifiedName.slice(definition.qualifiedName.length);
    return found.kind === 'function' && isInside && !name.includes('<locals>');
  });
}

function replaceBody(
  lines: string[],
  method: Definition,
  { statement, keepsDocstrings, source }: Body & { readonly source: string },
): void {
  if (method.bodyStartLine <= method.headerEndLine) {
    const start =
      splitLines(source).slice(0, method.headerEndLine).join('\n').length +
      (method.headerEndLine > 0 ? 1 : 0);
    const head = (lines[method.headerEndLine] ?? '').slice(0, method.headerEndIndex - start);
    lines.splice(method.headerEndLine, method.endLine - method.headerEndLine + 1, `${head} ${statement}`);
    return;
  }
  const indentation = indentationOf(lines[method.bodyStartLine] ?? '');
  const docstring = keepsDocstrings ? method.docstring : null;
  const first = docstring === null ? method.headerEndLine + 1 : docstring.endLine + 1;
  lines.splice(first, method.endLine - first + 1, `${indentation}${statement}`);
}
