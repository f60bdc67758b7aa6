import type { Definition, PythonParser } from '../../python/pythonTypes.ts';
import { isolatedText } from './answerDefinitions.ts';
import type { AnswerDefinition } from './answerDefinitions.ts';
import { accessorOf, isNameOf } from './chooseMethod.ts';
import { codeTokens, tokenDistance } from './codeTokens.ts';

interface Resolving {
  readonly parser: PythonParser;
  /** The file as the model saw it. */
  readonly source: string;
  readonly method: AnswerDefinition;
}

/** A function of a file that an answer's function stands for. */
export interface ResolvedMethod {
  readonly method: AnswerDefinition;
  readonly definition: Definition;
  /** The answer's code differs from what the file has there; comments and docstrings do not count. */
  readonly isChanged: boolean;
}

/**
 * Which function of the file an answer's function is meant to replace. Nothing here knows which one is broken: the
 * name decides, then the class where the answer shows it, then the accessor (getter, setter), then how many tokens
 * differ. Null when the file has no function of that name.
 */
export function resolveMethod({ parser, source, method }: Resolving): ResolvedMethod | null {
  const functions = parser.parse(source).definitions.filter(({ kind }) => kind === 'function');
  let namesakes = functions.filter(({ qualifiedName }) => isNameOf(method.qualifiedName, qualifiedName));
  const sameAccessor = namesakes.filter(
    ({ decorators }) => accessorOf(decorators) === accessorOf(method.decorators),
  );
  if (method.decorators.length > 0 && sameAccessor.length > 0) namesakes = sameAccessor;
  const tokens = tokensOfAnswer(parser, method);
  const compared = namesakes.map((definition) => {
    const distance = tokenDistance(codeTokens(parser, source, definition), tokens);
    return { definition, distance };
  });
  const closest = chooseClosest(compared, tokens.length);
  return closest && { method, definition: closest.definition, isChanged: closest.distance > 0 };
}

interface Compared {
  readonly definition: Definition;
  readonly distance: number;
}

/**
 * The closest namesake. Where one is the very same code, the answer either repeats it, which would repair nothing,
 * or repairs a near twin of it: methods that differ by a bug are often copies of each other, so a twin is taken
 * when it differs by little.
 */
function chooseClosest(compared: readonly Compared[], length: number): Compared | null {
  const [closest, ...others] = compared.toSorted((a, b) => a.distance - b.distance);
  if (!closest || closest.distance > 0) return closest ?? null;
  const twin = others.find(({ distance }) => distance > 0);
  return twin && twin.distance <= Math.max(4, length * 0.15) ? twin : closest;
}

function tokensOfAnswer(parser: PythonParser, method: AnswerDefinition): string[] {
  const text = isolatedText(method);
  const definition = parser.parse(text).definitions.find(({ startLine }) => startLine === 0);
  return definition ? codeTokens(parser, text, definition) : text.split(/\s+/);
}
