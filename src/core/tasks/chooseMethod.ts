import type { PythonParser } from '../../python/pythonTypes.ts';
import type { AnswerDefinition } from './answerDefinitions.ts';
import type { Target } from './target.ts';

interface MethodChoice {
  readonly parser: PythonParser;
  readonly definitions: readonly AnswerDefinition[];
  readonly target: Target;
}

/**
 * The function of an answer that was asked for by name: the qualified name as far as the answer shows it, never a
 * part of a name. Of several, well-formed ones come first, then those whose class is shown, then the same accessor
 * (getter, setter) where the file has several of that name, and then the last, which is the model's final word.
 */
export function chooseMethod({ parser, definitions, target }: MethodChoice): AnswerDefinition | null {
  let choice = definitions.filter(({ qualifiedName }) =>
    isNameOf(qualifiedName, target.definition.qualifiedName),
  );
  const prefer = (isBetter: (definition: AnswerDefinition) => boolean): void => {
    const better = choice.filter(isBetter);
    if (better.length > 0) choice = better;
  };
  prefer(({ problem }) => problem === null);
  const shown = Math.max(...choice.map(({ qualifiedName }) => qualifiedName.length));
  prefer(({ qualifiedName }) => qualifiedName.length === shown);
  const { qualifiedName, decorators, occurrence } = target.definition;
  const namesakes = parser
    .parse(target.source)
    .definitions.filter((definition) => definition.qualifiedName === qualifiedName);
  if (namesakes.length > 1) {
    prefer((definition) => accessorOf(definition.decorators) === accessorOf(decorators));
    const inLastPart = choice.filter(({ part }) => part === choice.at(-1)?.part);
    if (inLastPart.length > 1) prefer((definition) => definition.occurrence === occurrence);
  }
  return choice.at(-1) ?? null;
}

/** Whether a name, as far as it is shown, names a definition: `method` and `Class.method`, but never `od` or `Other.method`. */
export function isNameOf(shown: string, qualifiedName: string): boolean {
  return qualifiedName === shown || qualifiedName.endsWith(`.${shown}`);
}

/** `@x.setter` → `setter`, `@property` → `property`, others as written; '' without decorators. */
export function accessorOf(decorators: readonly string[]): string {
  return decorators
    .map((decorator) => /^@[\w.]+\.(getter|setter|deleter)$/.exec(decorator)?.[1] ?? decorator)
    .join('\n');
}
