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
  /** The part of the answer shows no other function, so that this one must be the repair. */
  readonly isLone: boolean;
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
export function resolveMethod({ parser, source, method, isLone }: Resolving): ResolvedMethod | null {
  const tokens = tokensOfAnswer(parser, method);
  const compared = namesakesOf({ parser, source, method, isLone }).map((definition) => {
    const distance = tokenDistance(codeTokens(parser, source, definition), tokens);
    return { definition, distance };
  });
  const byDistance = compared.toSorted((a, b) => a.distance - b.distance);
  const closest = isLone ? closestRepair(byDistance, tokens.length) : byDistance[0];
  return closest ? { method, definition: closest.definition, isChanged: closest.distance > 0 } : null;
}

function namesakesOf({ parser, source, method, isLone }: Resolving): readonly Definition[] {
  const { qualifiedName, occurrence, decorators } = method;
  const named = parser
    .parse(source)
    .definitions.filter((found) => found.kind === 'function' && isNameOf(qualifiedName, found.qualifiedName));
  const exact = named.filter((found) => found.qualifiedName === qualifiedName);
  if (!isLone && exact.length > 0) {
    const same = exact.filter((found) => found.occurrence === occurrence);
    return same.length > 0 ? same : exact;
  }
  const showsClass = qualifiedName.includes('.');
  const candidates = showsClass && exact.length > 0 ? exact : named;
  const accessor = accessorOf(decorators);
  const same = candidates.filter((found) => accessorOf(found.decorators) === accessor);
  return decorators.length > 0 && same.length > 0 ? same : candidates;
}

interface Compared {
  readonly definition: Definition;
  readonly distance: number;
}

/**
 * The closest namesake that the answer changes. Where one is the very same code, the answer either repeats it, which
 * would repair nothing, or repairs a twin of it: methods of one name are often copies of each other. So a near
 * twin is taken.
 */
function closestRepair([closest, ...others]: readonly Compared[], length: number): Compared | undefined {
  if (!closest || closest.distance > 0) return closest;
  const twin = others.find(({ distance }) => distance > 0);
  return twin && twin.distance <= Math.max(4, length * 0.15) ? twin : closest;
}

function tokensOfAnswer(parser: PythonParser, method: AnswerDefinition): string[] {
  const text = isolatedText(method);
  const definition = parser.parse(text).definitions.find(({ startLine }) => startLine === 0);
  return definition ? codeTokens(parser, text, definition) : text.split(/\s+/);
}
