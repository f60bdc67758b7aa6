import { methodLines } from '../../src/core/rowHelpers.ts';
import type { Row } from '../../src/core/row.ts';
import { createTasks } from '../../src/core/tasks/index.ts';
import { codeOf, findBuggyTarget, targetOf } from '../../src/core/tasks/target.ts';
import type { Extraction } from '../../src/core/tasks/task.ts';
import { proposeMutations } from '../../src/dataset/builder/proposeMutations.ts';
import { seededOrder } from '../../src/dataset/builder/seededOrder.ts';
import type { PythonParser } from '../../src/python/pythonTypes.ts';

export const kinds = ['reference', 'stub', 'bug', 'mutant'] as const;

/** One candidate of one row, as its extraction would have found it. */
export interface Candidate {
  readonly id: string;
  readonly kind: (typeof kinds)[number];
  readonly row: Row;
  readonly extraction: Extract<Extraction, { kind: 'candidate' }>;
}

/** So many candidates of real rows, the kinds and rows taking turns: always the same ones for the same rows and number. */
export function chooseCandidates(
  parser: PythonParser,
  rows: readonly Row[],
  count: number,
): readonly Candidate[] {
  // Each row begins with another kind, so that a few candidates are of all kinds.
  const perRow = seededOrder(rows, ({ dp_id }) => dp_id, 'stability').map((row, at) => {
    const list = candidatesOf(parser, row);
    const from = at % kinds.length;
    return [...list.slice(from), ...list.slice(0, from)];
  });
  const longest = Math.max(0, ...perRow.map(({ length }) => length));
  const inTurns = Array.from({ length: longest }, (_, at) =>
    perRow.flatMap((list) => list.slice(at, at + 1)),
  );
  return inTurns.flat().slice(0, count);
}

function candidatesOf(parser: PythonParser, row: Row): Candidate[] {
  const tasks = createTasks(parser);
  const named = (kind: Candidate['kind'], name: string, found: Extraction): Candidate[] =>
    found.kind === 'candidate' ? [{ id: `${row.dp_id} ${name}`, kind, row, extraction: found }] : [];
  const generation = tasks.method_gen_multiturn;
  return [
    ...named('reference', 'reference', generation.extractCandidate(generation.referenceAnswer(row), row)),
    ...named('stub', 'stub', generation.extractCandidate(generation.stubAnswer(row), row)),
    ...bugOf(parser, row).flatMap((bug) => named('bug', 'bug', bug)),
    ...mutantsOf(parser, row).flatMap((mutant, at) => named('mutant', `mutant ${at + 1}`, mutant)),
  ];
}

function bugOf(parser: PythonParser, row: Row): Extraction[] {
  const target = findBuggyTarget(parser, row);
  if (target === null) return [];
  const { qualifiedName } = target.definition;
  return [
    {
      kind: 'candidate',
      code: codeOf(target),
      file: target.source,
      exactFormat: false,
      qualifiedName,
      line: methodLines(row).first + 1,
      suspicions: [],
    },
  ];
}

function mutantsOf(parser: PythonParser, row: Row): Extraction[] {
  const { source, definition } = targetOf(parser, row);
  const mutations = proposeMutations({ parser, source, definition, seed: 'stability' });
  const { qualifiedName, definitionLine } = definition;
  return mutations.slice(0, mutantsAtMost).flatMap(({ fileContent }) => {
    const mutant = parser
      .parse(fileContent)
      .definitions.find(
        (one) => one.definitionLine === definitionLine && one.qualifiedName === qualifiedName,
      );
    if (mutant === undefined) return [];
    return {
      kind: 'candidate' as const,
      code: codeOf({ source: fileContent, definition: mutant }),
      file: fileContent,
      exactFormat: false,
      qualifiedName,
      line: methodLines(row).first + 1,
      suspicions: [],
    };
  });
}

const mutantsAtMost = 12;
