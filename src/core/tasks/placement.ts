import { reindent, spliceLines, withLineEndingOf } from '../../python/lines.ts';
import type { Definition, LineSpan, PythonParser } from '../../python/pythonTypes.ts';
import type { AnswerDefinition } from './answerDefinitions.ts';
import { codeOf } from './target.ts';
import type { Target } from './target.ts';
import type { Extraction } from './task.ts';

type Placed = Extract<Extraction, { kind: 'candidate' | 'syntax_error' }>;

interface MethodPlacement {
  readonly parser: PythonParser;
  readonly target: Target;
  readonly method: AnswerDefinition;
  readonly exactFormat: boolean;
}

/** Puts a function of an answer in the place of the target, at the target's indentation. */
export function placeMethod({ parser, target, method, exactFormat }: MethodPlacement): Placed {
  const { definition } = target;
  const moved = reindent({
    lines: method.lines,
    from: method.indentation,
    to: definition.indentation,
    fixed: method.fixed,
  });
  const code = moved.join('\n');
  if (method.problem !== null) return syntaxError(code, method.problem);
  const span = { startLine: definition.definitionLine, endLine: definition.endLine };
  return placeLines({ parser, target, span, code, exactFormat });
}

interface LinePlacement {
  readonly parser: PythonParser;
  readonly target: Target;
  /** The lines of the file that the code replaces. */
  readonly span: LineSpan;
  readonly code: string;
  readonly exactFormat: boolean;
}

/**
 * Replaces lines of the target by code and checks that the result is one well-formed definition of the same name
 * that ends where the code ends, and that the file's tree is unchanged outside it.
 */
export function placeLines({ parser, target, span, code, exactFormat }: LinePlacement): Placed {
  const { source, definition } = target;
  const isLastInFile = span.endLine >= source.split('\n').length - 1;
  const file = spliceLines(source, span, withLineEndingOf(source, code, isLastInFile));
  const endLine = span.startLine + code.split('\n').length - 1;
  const placed = parser.parse(file).definitions.find((found) => isPlaced(found, definition));
  const problem = parser
    .problems(file)
    .find(({ line }) => line >= definition.definitionLine && line <= endLine);
  if (problem) {
    return syntaxError(
      code,
      `line ${problem.line - definition.definitionLine + 1} of the method: ${problem.message}`,
    );
  }
  const before = { source, definition };
  if (placed?.endLine !== endLine || !parser.sameOutside(before, { source: file, definition: placed })) {
    return syntaxError(code, 'the code does not end where the method ends');
  }
  return {
    kind: 'candidate',
    code: codeOf({ source: file, definition: placed }).replaceAll('\r\n', '\n').trimEnd(),
    file,
    exactFormat,
    qualifiedName: placed.qualifiedName,
  };
}

/** A candidate that Python would refuse, with what the next prompt says about it. */
export function syntaxError(code: string, explanation: string): Placed {
  return { kind: 'syntax_error', code, explanation };
}

function isPlaced(found: Definition, target: Definition): boolean {
  return (
    found.kind === 'function' &&
    found.definitionLine === target.definitionLine &&
    found.qualifiedName === target.qualifiedName
  );
}
