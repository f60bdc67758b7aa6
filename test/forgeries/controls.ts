import { join } from 'node:path';
import { readDataset } from '../../src/dataset/readDataset.ts';
import { methodLines, referenceMethod, replaceMethod } from '../../src/core/rowHelpers.ts';
import type { Row } from '../../src/core/row.ts';
import { findSuspicions } from '../../src/core/tasks/suspicions.ts';
import { findTarget } from '../../src/core/tasks/target.ts';
import { expectedStatuses } from '../../src/core/rowHelpers.ts';
import { resourcesFolder } from '../../src/environments/index.ts';
import type { PreparedEnvironment } from '../../src/ports/sandbox.ts';
import type { Definition, PythonParser } from '../../src/python/pythonTypes.ts';
import { limits } from '../sandbox/support/candidates.ts';
import type { Subject } from './corpus.ts';

/** The same method, told otherwise. */
const rewrites = {
  reference: (method: Method) => method.lines,
  statement_added: (method: Method) => withFirst(method, ['_note = None', 'del _note']),
  import_added: (method: Method) =>
    withFirst(method, ['import functools as _functools', 'assert _functools']),
  locals_renamed: renameLocals,
} as const;

interface Method {
  readonly parser: PythonParser;
  readonly row: Row;
  readonly definition: Definition;
  /** From `def` to the last line. */
  readonly lines: readonly string[];
}

export interface ControlsWanted {
  readonly parser: PythonParser;
  readonly environment: PreparedEnvironment;
  readonly count: number;
  /** Rows of the environment's repository; Django's shipped ones where none is named. */
  readonly dataset?: string | undefined;
}

/** References of rows and rewrites of them that mean the same, in the order of rows. */
export async function honestCandidates(wanted: ControlsWanted): Promise<Subject[]> {
  const { parser, environment, count } = wanted;
  const shipped = join(resourcesFolder(), 'datasets', 'django-4.0.4.jsonl.gz');
  const { rows } = await readDataset(wanted.dataset ?? shipped);
  const subjects = Object.entries(rewrites).flatMap(([name, rewrite]) =>
    rows.flatMap((row) => {
      const found = findTarget(parser, row);
      if (!found) return [];
      const { definition } = found;
      const lines = rewrite({ parser, row, definition, lines: referenceMethod(row).split('\n') });
      const subject = lines && subjectOf({ environment, parser, row, name, lines, definition });
      return subject && parser.problems(subject.request.fileContent).length === 0 ? [subject] : [];
    }),
  );
  return subjects.slice(0, count);
}

export interface SubjectInput {
  readonly environment: PreparedEnvironment;
  readonly parser: PythonParser;
  readonly row: Row;
  readonly name: string;
  readonly lines: readonly string[];
  readonly definition: Definition;
}

/** An honest candidate for a row's method, or for its class. */
export function subjectOf({ environment, parser, row, name, lines, definition }: SubjectInput): Subject {
  const code = lines.join('\n');
  const line = methodLines(row).first + 1;
  const { visible } = expectedStatuses(row);
  return {
    name: `${row.dp_id}/${name}`,
    what: `${name} of ${row.dp_id}`,
    expected: visible,
    request: {
      environment,
      filePath: row.file_path,
      fileContent: replaceMethod(row, code),
      qualifiedName: definition.qualifiedName,
      tests: [...visible.keys()],
      limits: { ...limits, wallSeconds: 120, cpuSeconds: 120 },
      integrity: {
        candidate: { line, code },
        reference: { line, code: referenceMethod(row) },
        suspicions: findSuspicions(parser, code, referenceMethod(row)),
      },
    },
  };
}

function withFirst({ definition, lines }: Method, statements: readonly string[]): readonly string[] | null {
  const first = definition.docstring ? definition.docstring.endLine + 1 : definition.bodyStartLine;
  const place = first - definition.definitionLine;
  if (place <= definition.headerEndLine - definition.definitionLine || place >= lines.length) return null;
  const indentation = /^\s*/.exec(lines[place] ?? '')?.[0] ?? '';
  return [...lines.slice(0, place), ...statements.map((text) => indentation + text), ...lines.slice(place)];
}

/** Names that are only ever assigned to in the method itself get a prefix wherever they stand. */
function renameLocals({ parser, lines, definition }: Method): readonly string[] | null {
  const code = lines.join('\n');
  const nodes = parser.nodes(code, null);
  const textAt = (place: number): string => code.slice(nodes[place]?.startIndex, nodes[place]?.endIndex);
  const places = nodes.flatMap((node, place) => (node.type === 'identifier' ? [place] : []));
  const assigned = places.filter((place) => {
    const node = nodes[place];
    return node?.field === 'left' && nodes[node.parent]?.type === 'assignment';
  });
  const others = new Set(
    places
      .filter((place) => /parameter|import|global|nonlocal|definition|dotted|keyword/.test(typeAround(place)))
      .map(textAt),
  );
  const names = new Set(assigned.map(textAt).filter((name) => !others.has(name)));
  if (names.size === 0 || /\blocals\(|\bself\b\s*=/.test(code) || definition.isAsync) return null;
  let renamed = code;
  for (const place of places.filter((one) => names.has(textAt(one)) && !isAttribute(one)).toReversed()) {
    const { startIndex = 0 } = nodes[place] ?? {};
    renamed = `${renamed.slice(0, startIndex)}own_${renamed.slice(startIndex)}`;
  }
  return renamed.split('\n');

  function typeAround(place: number): string {
    return nodes[nodes[place]?.parent ?? -1]?.type ?? '';
  }
  function isAttribute(place: number): boolean {
    return (
      nodes[place]?.field === 'attribute' ||
      (nodes[place]?.field === 'name' && /keyword/.test(typeAround(place)))
    );
  }
}
