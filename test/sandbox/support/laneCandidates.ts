import { join } from 'node:path';
import { expectedStatuses, methodLines, referenceMethod } from '../../../src/core/rowHelpers.ts';
import type { Row } from '../../../src/core/row.ts';
import type { TestReport } from '../../../src/core/testReport.ts';
import { targetOf } from '../../../src/core/tasks/target.ts';
import { proposeMutations } from '../../../src/dataset/builder/proposeMutations.ts';
import { rowVariants } from '../../../src/dataset/builder/rowVariants.ts';
import { readDataset } from '../../../src/dataset/readDataset.ts';
import type { PreparedEnvironment, SandboxRequest } from '../../../src/ports/sandbox.ts';
import type { PythonParser } from '../../../src/python/pythonTypes.ts';
import { limits } from './candidates.ts';

export interface LaneCandidate {
  readonly name: string;
  readonly request: SandboxRequest;
}

/** Its tests call it as they are imported: what a process made ready for it has seen is the stub. */
const calledAtImport = 'django.forms.formsets.formset_factory';

/** Rows of the shipped dataset, spread over all of it, and one whose method is called before any test begins. */
export async function rowsForLanes(count: number): Promise<readonly Row[]> {
  const path = join(import.meta.dirname, '..', '..', '..', 'resources', 'datasets', 'django-4.0.4.jsonl.gz');
  const { rows } = await readDataset(path);
  return [...spread(rows, count), ...rows.filter(({ dp_id }) => dp_id === calledAtImport)];
}

function spread(rows: readonly Row[], count: number): readonly Row[] {
  const step = rows.length / count;
  return Array.from(
    { length: Math.min(count, rows.length) },
    (_, index) => rows[Math.floor(index * step)],
  ).filter((row) => row !== undefined);
}

/** What models give for a row: right, nothing, wrong in small ways, broken, endless. */
export function laneCandidates(
  parser: PythonParser,
  row: Row,
  environment: PreparedEnvironment,
): readonly LaneCandidate[] {
  const { source, definition } = targetOf(parser, row);
  const mutations = proposeMutations({ parser, source, definition, seed: row.dp_id }).slice(0, 3);
  const files = [
    ...rowVariants(parser, row).map(({ name, fileContent }) => ({ name, fileContent })),
    ...mutations.map(({ operator, fileContent }) => ({ name: operator, fileContent })),
    { name: 'syntax', fileContent: source.replace(referenceMethod(row), `${row.method.declaration}\n  )`) },
  ];
  const tests = [...expectedStatuses(row).visible.keys()].slice(0, 20);
  const line = methodLines(row).first + 1;
  return files.map(({ name, fileContent }) => ({
    name: `${row.dp_id} ${name}`,
    request: {
      environment,
      filePath: row.file_path,
      fileContent,
      qualifiedName: definition.qualifiedName,
      tests,
      // A stub may print without end: it should not take minutes to reach the limit.
      limits: { ...limits, outputBytes: 256 << 10 },
      integrity: {
        candidate: { line, code: codeAt(fileContent, row) },
        reference: { line, code: referenceMethod(row) },
        suspicions: [],
      },
    },
  }));
}

/** What must not depend on the lane: all but times, memory and the lane itself. */
export function comparable({ ended, tests, output, integrity }: TestReport): unknown {
  const results = Object.entries(tests).map(([id, { status, message }]) => [
    id,
    status,
    withoutChance(message),
  ]);
  return { ended, output, integrity, tests: results.sort(byText) };
}

function byText(one: readonly unknown[], other: readonly unknown[]): number {
  return String(one).localeCompare(String(other));
}

/** Some tests print the time of day, or sets of classes, whose order is that of their addresses. */
function withoutChance(text: string): string {
  return text
    .replace(/\{<.*\}/g, '{…}')
    .split('\n')
    .sort()
    .join('\n')
    .replace(/datetime\.datetime\([^)]*\)/g, 'datetime')
    .replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?/g, 'datetime');
}

function codeAt(fileContent: string, row: Row): string {
  const { first, last } = methodLines(row);
  const after = row.raw_file_content.split('\n').length - 1 - last;
  const lines = fileContent.split('\n');
  return lines.slice(first, lines.length - after).join('\n');
}
