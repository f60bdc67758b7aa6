import type { PythonParser } from '../../python/pythonTypes.ts';
import type { MethodSource } from './findMethods.ts';
import type { Parameter } from './parameters.ts';
import { parametersOf } from './parameters.ts';
import type { LocatedMethod } from './reachedTests.ts';
import type { Description } from './readDescription.ts';

/** Gives every method a description: its own, or one made of its signature, its name and its callers. */
export function describeAll(
  parser: PythonParser,
  methods: readonly LocatedMethod[],
  sources: ReadonlyMap<string, string>,
): readonly LocatedMethod[] {
  const undescribed = methods.filter(({ method }) => method.description === null);
  const callers = findCallers(parser, undescribed, sources);
  return methods.map((located) => {
    if (located.method.description !== null) return located;
    const source = sources.get(located.filePath) ?? '';
    const parameters = parametersOf(parser, source, located.method.definition);
    const calledBy = callers.get(located.name) ?? [];
    const description: Description = {
      text: describe(located.method, parameters, calledBy),
      source: 'derived',
    };
    return { ...located, method: { ...located.method, description } };
  });
}

const callersShown = 5;

function describe(
  { definition, classDefinition, classDocstring, comment }: MethodSource,
  parameters: readonly Parameter[],
  callers: readonly string[],
): string {
  const what =
    classDefinition === null
      ? 'Function of the module'
      : `${kindOf(definition.decorators)} of ${classDefinition.qualifiedName}`;
  const about = classDocstring?.split(/\n\s*\n/)[0]?.replace(/\s+/g, ' ');
  const named = parameters.filter(({ name }) => name !== 'self' && name !== 'cls').map(describeParameter);
  const result = /->\s*(.+)$/.exec(definition.signature)?.[1];
  const lines = [
    `${what}: ${inWords(definition.name)}.`,
    ...(about === undefined ? [] : [`The class: ${about}`]),
    named.length === 0 ? 'It takes no arguments.' : `It takes ${named.join(', ')}.`,
    ...(result === undefined ? [] : [`It gives ${result}.`]),
    ...(comment === null ? [] : [`A comment in it: ${comment.replace(/\s+/g, ' ')}`]),
    ...(callers.length === 0 ? [] : [`It is used by ${callers.slice(0, callersShown).join(', ')}.`]),
  ];
  return lines.join('\n');
}

function kindOf(decorators: readonly string[]): string {
  const known = decorators.flatMap(
    (decorator) => /\b(property|cached_property|classmethod|staticmethod)$/.exec(decorator)?.[1] ?? [],
  );
  const words: Readonly<Record<string, string>> = {
    classmethod: 'Class method',
    staticmethod: 'Static method',
  };
  const [first] = known;
  return first === undefined ? 'Method' : (words[first] ?? 'Property');
}

function describeParameter({ name, kind, annotation, hasDefault }: Parameter): string {
  const mark = kind === 'list' ? '*' : kind === 'dict' ? '**' : '';
  const type = annotation === null ? '' : `: ${annotation}`;
  return `\`${mark}${name}${type}\`${hasDefault ? ' (optional)' : ''}`;
}

function inWords(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[_\s]+/);
  return words
    .filter((word) => word !== '')
    .join(' ')
    .toLowerCase();
}

/** Names with more definitions than this tell nothing about who is called. */
const mostNamesakes = 2;

/** By method name, the functions of the repository that call a function of its last name, itself aside. */
function findCallers(
  parser: PythonParser,
  methods: readonly LocatedMethod[],
  sources: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  const namesakes = Map.groupBy(methods, ({ method }) => method.definition.name);
  const callers = new Map<string, Set<string>>();
  for (const source of sources.values()) {
    const functions = parser.parse(source).definitions.filter(({ kind }) => kind === 'function');
    for (const { name: calledName, line } of callsIn(source)) {
      const called = namesakes.get(calledName) ?? [];
      if (called.length === 0 || called.length > mostNamesakes) continue;
      const around = functions.findLast(({ startLine, endLine }) => startLine <= line && line <= endLine);
      if (around === undefined || around.name === calledName) continue;
      for (const { name } of called)
        callers.set(name, (callers.get(name) ?? new Set()).add(around.qualifiedName));
    }
  }
  return new Map([...callers].map(([name, found]) => [name, [...found].sort()]));
}

function callsIn(source: string): readonly { readonly name: string; readonly line: number }[] {
  return source.split('\n').flatMap((text, line) => {
    const code = /^\s*(?:async\s+)?(?:def|class)\s/.test(text) ? '' : text.replace(/#.*$/, '');
    return [...code.matchAll(/\b([A-Za-z_]\w*)\(/g)].map((match) => ({ name: match[1] ?? '', line }));
  });
}
