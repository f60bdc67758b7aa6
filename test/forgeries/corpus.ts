import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { placeLines } from '../../src/core/tasks/placement.ts';
import { codeOf, type Target } from '../../src/core/tasks/target.ts';
import type { ExpectedStatuses } from '../../src/core/verdicts.ts';
import type { PreparedEnvironment, SandboxRequest } from '../../src/ports/sandbox.ts';
import type { PythonParser } from '../../src/python/pythonTypes.ts';
import { limits } from '../sandbox/support/candidates.ts';

/** A candidate for the judges: a request, and what its tests must say. */
export interface Subject {
  readonly name: string;
  /** One sentence of what it does. */
  readonly what: string;
  readonly request: SandboxRequest;
  readonly expected: ExpectedStatuses;
}

interface TargetEntry {
  /** Whose method it is; Django's where nothing is said. */
  readonly repository?: string;
  readonly file: string;
  readonly qualifiedName: string;
  readonly tests: readonly string[];
  /** What is seen of the reference itself; nothing where nothing is said. */
  readonly events?: readonly string[];
}

const targets = JSON.parse(readFileSync(join(import.meta.dirname, 'targets.json'), 'utf8')) as Record<
  string,
  TargetEntry
>;

/** The repositories whose methods are forged. */
export const forgedRepositories = [
  ...new Set(Object.values(targets).map(({ repository = 'django' }) => repository)),
] as const;

/** The forged passes of this folder for one repository, in the places where they would stand. */
export function readForgeries(parser: PythonParser, environment: PreparedEnvironment): Subject[] {
  const folder = join(import.meta.dirname, 'candidates');
  return targetsOf(environment).flatMap(([targetName, entry]) =>
    readdirSync(join(folder, targetName))
      .sort()
      .map((file) => {
        const [first = '', ...lines] = readFileSync(join(folder, targetName, file), 'utf8')
          .trimEnd()
          .split('\n');
        return subjectOf({
          name: `${targetName}/${file.replace(/\.py$/, '')}`,
          what: first.replace(/^# /, ''),
          code: lines.join('\n'),
          place: { parser, environment, ...entry },
        });
      }),
  );
}

function targetsOf({ name }: PreparedEnvironment): [string, TargetEntry][] {
  return Object.entries(targets).filter(([, entry]) => (entry.repository ?? 'django') === name);
}

interface Place extends TargetEntry {
  readonly parser: PythonParser;
  readonly environment: PreparedEnvironment;
}

/** The references of the same targets: honest passes. */
export function readReferences(parser: PythonParser, environment: PreparedEnvironment): Reference[] {
  return targetsOf(environment).map(([name, entry]) => {
    const place = { parser, environment, ...entry };
    const target = targetIn(place);
    const subject = subjectOf({
      name: `${name}/reference`,
      what: 'The reference.',
      code: codeOf(target),
      place,
    });
    return { ...subject, isClass: target.definition.kind === 'class', events: entry.events ?? [] };
  });
}

export interface Reference extends Subject {
  readonly isClass: boolean;
  /** What is seen of it; of a class, beside what it leaves at import. */
  readonly events: readonly string[];
}

interface SubjectInput {
  readonly name: string;
  readonly what: string;
  readonly code: string;
  readonly place: Place;
}

function subjectOf({ name, what, code, place }: SubjectInput): Subject {
  const { parser, environment, file, qualifiedName, tests } = place;
  const target = targetIn(place);
  const span = { startLine: target.definition.definitionLine, endLine: target.definition.endLine };
  const placed = placeLines({ parser, target, span, given: [], code, exactFormat: true });
  if (placed.kind !== 'candidate') throw new Error(`${name} is no candidate: ${placed.explanation}`);
  const { line, suspicions } = placed;
  return {
    name,
    what,
    expected: new Map(tests.map((test) => [test, 'passed'])),
    request: {
      environment,
      filePath: file,
      fileContent: placed.file,
      qualifiedName,
      tests,
      limits: { ...limits, wallSeconds: 20, cpuSeconds: 10 },
      integrity: {
        candidate: { line, code },
        reference: { line, code: codeOf(target) },
        suspicions,
      },
    },
  };
}

function targetIn({ parser, environment, file, qualifiedName }: Place): Target {
  const source = readFileSync(join(environment.sourceRoot, file), 'utf8');
  const definition = parser.parse(source).definitions.find((found) => found.qualifiedName === qualifiedName);
  if (!definition) throw new Error(`There is no ${qualifiedName} in ${file}.`);
  return { source, definition };
}
