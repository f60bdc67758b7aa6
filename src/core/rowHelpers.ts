import type { CutPercent, Row, TestStatus } from './row.ts';
import type { ExpectedStatuses } from './verdicts.ts';

/** The name of a row's item: safe in file names and URLs, stable, and different for different `dp_id`s. */
export function itemId(row: Pick<Row, 'dp_id'>): string {
  const id = row.dp_id;
  if (/^[A-Za-z0-9_][A-Za-z0-9._-]{0,119}$/.test(id)) return id;
  const readable = id
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[._-]+/, '')
    .slice(0, 100);
  return `${readable || 'item'}-${hash64(id)}`;
}

/** The statuses that the visible and the held-out tests of a row must have; `passed` where nothing else is said. */
export function expectedStatuses(row: Row): {
  readonly visible: ExpectedStatuses;
  readonly heldOut: ExpectedStatuses;
} {
  const exceptions = row.triathlon?.expected_statuses ?? {};
  const statuses = (ids: readonly string[]): ExpectedStatuses =>
    new Map(ids.map((id): [string, TestStatus] => [id, statusOf(exceptions, id)]));
  return {
    visible: statuses(row.tests.full_paths),
    heldOut: statuses(row.triathlon?.held_out_tests ?? []),
  };
}

/** The lines of a row's method in its file: 0-based, both inclusive, decorators excluded. */
export function methodLines(row: Pick<Row, 'method'>): { readonly first: number; readonly last: number } {
  return {
    first: row.method.global_method_declaration_index[0] ?? 0,
    last: row.method.global_method_body_index.at(-1) ?? 0,
  };
}

/** The repository's own method as it stands in the file. */
export function referenceMethod(row: Pick<Row, 'method'>): string {
  return `${row.method.declaration}\n${row.method.body}`;
}

/** The file with the lines of the method replaced by other text; empty text removes the method. */
export function replaceMethod(row: Pick<Row, 'method' | 'raw_file_content'>, text: string): string {
  const { first, last } = methodLines(row);
  const lines = row.raw_file_content.split('\n');
  return [...lines.slice(0, first), text, ...lines.slice(last + 1)].join('\n');
}

/** The row with another of its completion cuts; null when it has none there. */
export function atCut(row: Row, percent: CutPercent): Row | null {
  if (percent === 50) return row;
  const completion = row.triathlon?.completion;
  const line = percent === 25 ? completion?.cut_line_25 : completion?.cut_line_75;
  if (row.triathlon === undefined || line === undefined) return null;
  return { ...row, triathlon: { ...row.triathlon, completion: { cut_line: line } } };
}

function statusOf(exceptions: Readonly<Record<string, TestStatus>>, id: string): TestStatus {
  return Object.hasOwn(exceptions, id) ? (exceptions[id] ?? 'passed') : 'passed';
}

/** FNV-1a, 64 bits: no security, only difference, and no import that a workflow could not have. */
function hash64(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
