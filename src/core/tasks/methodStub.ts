import { indentationOf } from '../../python/lines.ts';
import type { Target } from './target.ts';

/** The same declaration with a body that only raises. */
export function stubOf(target: Target): string {
  const { source, definition } = target;
  const { definitionLine, headerEndLine } = definition;
  const lines = source
    .replaceAll('\r\n', '\n')
    .split('\n')
    .slice(definitionLine, headerEndLine + 1);
  const last = lines.at(-1) ?? '';
  const declaration = hasOneLineBody(target) ? [...lines.slice(0, -1), headOf(target, last)] : lines;
  return [...declaration, `${bodyIndentationOf(target)}raise NotImplementedError`].join('\n');
}

/** White space before the first statement of the body. */
export function bodyIndentationOf({ source, definition }: Target): string {
  if (hasOneLineBody({ source, definition })) return `${definition.indentation}    `;
  return indentationOf(source.split('\n')[definition.bodyStartLine] ?? '');
}

function hasOneLineBody({ definition }: Target): boolean {
  return definition.bodyStartLine === definition.headerEndLine;
}

/** The declaration's last line up to its colon, which its signature ends just before. */
function headOf({ source, definition }: Target, line: string): string {
  const lineStart =
    source.split('\n').slice(0, definition.headerEndLine).join('\n').length +
    (definition.headerEndLine > 0 ? 1 : 0);
  return line.slice(0, definition.headerEndIndex - lineStart);
}
