import { z } from 'zod';
import type { PreparedEnvironment } from '../../ports/sandbox.ts';
import type { PythonParser } from '../../python/pythonTypes.ts';
import type { Funnel } from '../datasetHeader.ts';
import { nameRow } from './composeRow.ts';
import { describeAll } from './deriveDescription.ts';
import { findMethods } from './findMethods.ts';
import { findTwins } from './findTwins.ts';
import { countInto } from './funnel.ts';
import { orderByStrata } from './orderByStrata.ts';
import type { LocatedMethod, ReachingTest } from './reachedTests.ts';
import { reachedTests } from './reachedTests.ts';
import type { SourceFiles } from './readSources.ts';
import { readSources } from './readSources.ts';
import type { LabelSurvey } from './surveyLabels.ts';

/** Methods that are worth a proof, in the order in which they are tried. */
export interface Candidates {
  readonly ordered: readonly LocatedMethod[];
  /** By method name. */
  readonly reached: ReadonlyMap<string, readonly ReachingTest[]>;
  /** By method name, the share of its lines that stand elsewhere in the tree. */
  readonly recurringLines: ReadonlyMap<string, number>;
  readonly sources: ReadonlyMap<string, string>;
  /** So far: nothing is proved yet. */
  readonly funnel: Funnel;
}

/** From all functions of the repository to those that have a text, tests and no twin. */
export async function findCandidates(options: {
  readonly environment: PreparedEnvironment;
  readonly parser: PythonParser;
  readonly surveys: readonly LabelSurvey[];
  readonly maxFileCharacters: number;
  readonly descriptions: 'own' | 'any';
  readonly seed: string;
}): Promise<Candidates> {
  const { environment, parser, surveys } = options;
  const files = await readSources(environment, { parser, maxCharacters: options.maxFileCharacters });
  const { located, functions, leftOut } = locateMethods(parser, files, importPathsOf(environment));
  const described = located.filter(
    ({ method }) => options.descriptions === 'any' || method.description !== null,
  );
  if (described.length < located.length) countInto(leftOut, 'undescribed', located.length - described.length);
  const reach = reachedTests(described, surveys);
  const reached = described.filter(({ name }) => reach.tests.has(name));
  const twins = await findTwins(environment, reached, files.sources);
  if (twins.whole.size > 0) countInto(leftOut, 'twin_elsewhere', twins.whole.size);
  const single = reached.filter(({ name }) => !twins.whole.has(name));
  return {
    ordered: orderByStrata(describeAll(parser, single, files.sources), reach.tests, options.seed),
    reached: reach.tests,
    recurringLines: twins.recurringLines,
    sources: files.sources,
    funnel: {
      files: files.files,
      filesLeftOut: files.leftOut,
      functions,
      leftOutByText: leftOut,
      leftOutByTests: reach.leftOut,
      leftOutByProof: {},
      notTried: single.length,
      rows: 0,
    },
  };
}

interface Located {
  readonly located: readonly LocatedMethod[];
  readonly functions: number;
  readonly leftOut: Record<string, number>;
}

const importPathsSchema = z.array(z.string()).catch([]);

function importPathsOf({ adapterOptions }: PreparedEnvironment): readonly string[] {
  return importPathsSchema.parse(adapterOptions['importPaths']);
}

function locateMethods(
  parser: PythonParser,
  { sources, long }: SourceFiles,
  importPaths: readonly string[],
): Located {
  const leftOut: Record<string, number> = {};
  let functions = 0;
  const located = [...sources].flatMap(([filePath, source]) => {
    const found = findMethods(parser, source);
    functions += found.functions;
    for (const [reason, count] of Object.entries(found.leftOut)) countInto(leftOut, reason, count);
    return found.methods.map((method) => {
      const name = nameRow(filePath, method.definition.qualifiedName, importPaths);
      return { name, filePath, method };
    });
  });
  for (const source of long.values()) {
    const found = findMethods(parser, source);
    functions += found.functions;
    countInto(leftOut, 'in_a_long_file', found.functions);
  }
  return { located, functions, leftOut };
}
