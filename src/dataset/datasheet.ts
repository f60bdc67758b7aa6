import { writeFile } from 'node:fs/promises';
import type { Row } from '../core/row.ts';
import { describeFunnel } from './builder/funnel.ts';
import type { Dataset } from './readDataset.ts';
import { readDataset } from './readDataset.ts';
import { rowsDigest, withoutEnding } from './writeDataset.ts';

/** Writes a dataset's sheet beside it, as `<name>.DATASET.md`, and gives its path. */
export async function writeSheet(output: string): Promise<string> {
  const sheet = `${withoutEnding(output)}.DATASET.md`;
  await writeFile(sheet, composeDatasheet(await readDataset(output)));
  return sheet;
}

/** What a dataset holds, for people: `DATASET.md`, made of the dataset alone. */
export function composeDatasheet(dataset: Dataset): string {
  const { rows, header } = dataset;
  const title = `# ${header?.name ?? dataset.name}${header === null ? '' : `, version ${header.version}`}`;
  return `${[
    title,
    intro(dataset),
    table(['', 'value'], originOf(dataset)),
    '## Strata',
    table(
      ['rows', 'which'],
      strataOf(rows).map(([which, count]) => [String(count), which]),
    ),
    '## Distributions',
    table(['', 'least', '10 %', 'median', '90 %', 'most'], distributionsOf(rows)),
    '## Where the rows are from',
    table(
      ['rows', 'folder'],
      countBy(rows, ({ file_path }) => file_path.split('/').slice(0, 2).join('/')),
    ),
    '## Kinds of bugs',
    table(
      ['rows', 'operator'],
      countBy(rows, ({ triathlon }) => triathlon?.repair?.operator ?? 'none'),
    ),
    '## What was proved',
    proofs,
    ...(header?.funnel
      ? [
          '## From functions to rows',
          describeFunnel(header.funnel)
            .map((line) => `- ${line}`)
            .join('\n'),
        ]
      : []),
  ].join('\n\n')}\n`;
}

const proofs = `Each row was kept only when, in a sandbox without a network: the reference passed five times, in different orders of its
tests; every stub of \`triathlon.evidence.failing_stubs\` failed its visible and its held-out tests; the first part of the
method followed by \`pass\` or by \`raise\` failed, for every cut; and visible and held-out tests noticed the bug, which neither
ends the interpreter nor stops it before the first test. \`bench dataset validate\` proves all of it again on any machine.`;

function intro({ rows }: Dataset): string {
  const files = new Set(rows.map(({ file_path }) => file_path)).size;
  const functions = rows.filter(({ class_name }) => class_name === null).length;
  return `${rows.length} rows of ${files} files: ${rows.length - functions} methods of classes and ${functions} functions of modules.`;
}

function originOf({ rows, header }: Dataset): readonly string[][] {
  const environments = [...new Set(rows.flatMap(({ triathlon }) => triathlon?.environment ?? []))];
  const own: string[][] = [
    ['digest of the rows', rowsDigest(rows)],
    ['environment', environments.join(', ') || 'not named'],
  ];
  if (header === null) return own;
  const { repository, seed, labels, builder, made_from } = header;
  return [
    ...own,
    ['repository', repository.title],
    [
      'licence',
      repository.licenses.length === 0
        ? 'see the repository'
        : `the repository's: ${repository.licenses.join(', ')}`,
    ],
    ['builder', `version ${builder}, seed ${seed}, ${labels.length} labels`],
    ...(made_from === null ? [] : [['made from', `${made_from.digest}: ${made_from.how}`]]),
  ];
}

function strataOf(rows: readonly Row[]): readonly [string, number][] {
  const count = (holds: (row: Row) => boolean | undefined): number =>
    rows.filter((row) => holds(row) === true).length;
  return [
    ['with held-out tests', count(({ triathlon }) => (triathlon?.held_out_tests.length ?? 0) > 0)],
    ['with a single test, which is visible', count(({ triathlon }) => triathlon?.single_test)],
    ['load-bearing: used at import or set-up', count(({ triathlon }) => triathlon?.load_bearing)],
    [
      'with tests that sabotage of the results does not make fail',
      count(({ triathlon }) => Object.values(triathlon?.sabotage_noticed ?? {}).includes(false)),
    ],
    ['described by their docstring', count(({ triathlon }) => triathlon?.description_source === 'docstring')],
    [
      'with a derived description, no part of the headline',
      count(({ triathlon }) => triathlon?.description_source === 'derived'),
    ],
    [
      'with a completion cut at 25 %',
      count(({ triathlon }) => triathlon?.completion?.cut_line_25 !== undefined),
    ],
    [
      'with a completion cut at 75 %',
      count(({ triathlon }) => triathlon?.completion?.cut_line_75 !== undefined),
    ],
  ];
}

const measures: readonly (readonly [string, (row: Row) => number | undefined])[] = [
  ['lines of code', ({ triathlon }) => triathlon?.difficulty?.code_lines],
  ['cyclomatic complexity', ({ triathlon }) => triathlon?.difficulty?.cyclomatic_complexity],
  ['names that only the second half has', ({ triathlon }) => triathlon?.memorisation?.own_names],
  ['share of lines that stand elsewhere too', ({ triathlon }) => triathlon?.memorisation?.recurring_lines],
  ['names of other files', ({ triathlon }) => triathlon?.difficulty?.cross_file_names],
  ['visible tests', ({ tests }) => tests.full_paths.length],
  ['held-out tests', ({ triathlon }) => triathlon?.held_out_tests.length],
  ['tests that fail for a stub that raises', ({ triathlon }) => triathlon?.difficulty?.stub_failures],
  ['tests that notice the bug', ({ triathlon }) => noticed(triathlon?.repair)],
  ['characters of the file', ({ raw_file_content }) => raw_file_content.length],
];

function noticed(
  repair: { visible_failures: number; held_out_failures: number } | undefined,
): number | undefined {
  return repair && repair.visible_failures + repair.held_out_failures;
}

function distributionsOf(rows: readonly Row[]): readonly string[][] {
  return measures.flatMap(([name, measure]) => {
    const values = rows.flatMap((row) => measure(row) ?? []).sort((a, b) => a - b);
    if (values.length === 0) return [];
    const at = (share: number): string => String(values[Math.round(share * (values.length - 1))] ?? '');
    return [[name, at(0), at(0.1), at(0.5), at(0.9), at(1)]];
  });
}

function countBy(rows: readonly Row[], keyOf: (row: Row) => string): readonly string[][] {
  const groups = [...Map.groupBy(rows, keyOf)].map(([key, of]) => [key, of.length] as const);
  groups.sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return groups.map(([key, count]) => [String(count), key]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
