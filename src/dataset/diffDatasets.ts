import { isDeepStrictEqual } from 'node:util';
import type { Row } from '../core/row.ts';

/** How two datasets differ, by the rows' `dp_id`; all lists are sorted. */
export interface DatasetDiff {
  readonly same: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** With the columns that differ, those below `method`, `tests` and `triathlon` by their dotted names. */
  readonly changed: readonly { readonly id: string; readonly columns: readonly string[] }[];
}

/** Compares rows of the same `dp_id`; their order in the file says nothing. */
export function diffDatasets(before: readonly Row[], after: readonly Row[]): DatasetDiff {
  const old = new Map(before.map((row) => [row.dp_id, row]));
  const now = new Map(after.map((row) => [row.dp_id, row]));
  const common = [...old].flatMap(([id, row]) => {
    const other = now.get(id);
    return other === undefined ? [] : [{ id, columns: differing(row, other) }];
  });
  const changed = common.filter(({ columns }) => columns.length > 0);
  return {
    same: common.length - changed.length,
    added: [...now.keys()].filter((id) => !old.has(id)).sort(),
    removed: [...old.keys()].filter((id) => !now.has(id)).sort(),
    changed: changed.sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

const nested = ['method', 'tests', 'triathlon'];

function differing(before: object, after: object, prefix = ''): readonly string[] {
  const left = new Map<string, unknown>(Object.entries(before));
  const right = new Map<string, unknown>(Object.entries(after));
  const columns = [...new Set([...left.keys(), ...right.keys()])].filter((key) => key !== 'idx');
  const different = columns.flatMap((key) => {
    const [one, two] = [left.get(key), right.get(key)];
    if (isDeepStrictEqual(one, two)) return [];
    const goesDown = nested.includes(key) && isMapping(one) && isMapping(two);
    return goesDown ? differing(one, two, `${key}.`) : [prefix + key];
  });
  return different.sort();
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
