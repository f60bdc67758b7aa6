import { reindent, splitLines, spliceLines, withLineEndingOf } from '../../python/lines.ts';
import type { Definition, LineSpan, PythonParser } from '../../python/pythonTypes.ts';
import { problemOf } from './answerDefinitions.ts';
import { findSuspicions } from './suspicions.ts';
import { codeOf } from './target.ts';
import type { Target } from './target.ts';
import type { Extraction } from './task.ts';

type Placed = Extract<Extraction, { kind: 'candidate' | 'syntax_error' }>;

/** Code of an answer that is to stand somewhere else. */
export interface MovableCode {
  readonly lines: readonly string[];
  readonly indentation: string;
  /** Lines (by index) that begin inside a string. */
  readonly fixed: ReadonlySet<number>;
  /** Why Python would refuse it; null when it is well-formed. */
  readonly problem: string | null;
}

interface MethodPlacement {
  readonly parser: PythonParser;
  readonly target: Target;
  readonly method: MovableCode;
  readonly exactFormat: boolean;
}

/** Puts a function or class of an answer in the place of the target, at the target's indentation. */
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
  return placeLines({ parser, target, span, given: [], code, exactFormat });
}

interface LinePlacement {
  readonly parser: PythonParser;
  readonly target: Target;
  /** The lines of the file that the code replaces: the target's, or its last ones. */
  readonly span: LineSpan;
  /** The target's lines before the span, which stay. */
  readonly given: readonly string[];
  readonly code: string;
  readonly exactFormat: boolean;
}

/**
 * Replaces lines of the target by code. The given lines and the code together must be one well-formed definition of the
 * target's name that begins and ends with them and leaves nothing open. As it begins where the target's `def` stood, the file's
 * tree outside it is then unchanged; a test holds this against the trees of whole files.
 */
export function placeLines({ parser, target, span, given, code, exactFormat }: LinePlacement): Placed {
  const { source, definition } = target;
  const whole = [...given, code].join('\n');
  const problem = problemOfMethod(parser, whole, definition);
  if (problem !== null) return syntaxError(whole, problem);
  const isLastInFile = span.endLine >= splitLines(source).length - 1;
  return {
    kind: 'candidate',
    code: whole,
    file: spliceLines(source, span, withLineEndingOf(source, code, isLastInFile)),
    exactFormat,
    qualifiedName: definition.qualifiedName,
    line: definition.definitionLine + 1,
    suspicions: findSuspicions(parser, whole, codeOf(target)),
  };
}

/** Why a text is not just one well-formed definition of the target's name; null when it is. */
function problemOfMethod(
  parser: PythonParser,
  text: string,
  { name, indentation, kind }: Definition,
): string | null {
  if (text.includes('\0')) return 'a null character';
  const found = parser.parse(text).definitions.find(({ definitionLine }) => definitionLine === 0);
  const inside = found && problemOf(parser, text, found);
  if (inside) return inside;
  const isAll =
    found?.endLine === splitLines(text).length - 1 && /^\s*;?\s*(?:#.*)?$/.test(text.slice(found.endIndex));
  if (!isAll || found.kind !== kind || found.indentation !== indentation) {
    return `the code does not end where the ${kind === 'class' ? 'class' : 'method'} ends`;
  }
  return found.name === name ? null : `expected ${name}, found ${found.name}`;
}

/** A candidate that Python would refuse, with what the next prompt says about it. */
export function syntaxError(code: string, explanation: string): Placed {
  return { kind: 'syntax_error', code, explanation };
}
