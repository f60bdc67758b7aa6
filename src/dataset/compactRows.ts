import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Row } from '../core/row.ts';

/** A file's text as a dataset holds it: once, before the first row that needs it. */
export const fileSchema = z.strictObject({ file: z.string(), content: z.string() });

const editSchema = z.object({
  start: z.int().nonnegative(),
  end: z.int().nonnegative(),
  replacement: z.string(),
});

const compactSchema = z.looseObject({
  file_path: z.string(),
  method: z.looseObject({
    global_method_declaration_index: z.tuple([z.int(), z.int()]),
    global_method_body_index: z.tuple([z.int(), z.int()]),
  }),
  class_position_in_file: z.tuple([z.int(), z.int()]).nullable(),
  /** First line of the method's decorators, or of the method. */
  first_line: z.int().nonnegative(),
  /** What makes the file the one with the bug, in UTF-16 offsets. */
  bug: editSchema.nullable(),
});

type CompactRow = z.infer<typeof compactSchema>;

/** The row without the texts that its file gives back; null where the file does not give them back exactly. */
export function compactRow(row: Row): object | null {
  const { raw_file_content, file_with_buggy_method } = row;
  const rest = without(row, [
    'raw_file_content',
    'class_code',
    'class_without_method',
    'file_without_method',
    'file_with_buggy_method',
  ]);
  const method = without(row.method, ['declaration', 'body']);
  const first_line = firstLineOf(row);
  if (first_line === null) return null;
  const bug =
    typeof file_with_buggy_method === 'string' ? editOf(raw_file_content, file_with_buggy_method) : null;
  const compact = { ...rest, method, first_line, bug };
  const restored = expandRow(compact, new Map([[row.file_path, raw_file_content]]));
  return restored.ok && isDeepStrictEqual(plain(restored.row), plain(row)) ? compact : null;
}

export type Expanded =
  | { readonly ok: true; readonly row: object }
  | { readonly ok: false; readonly message: string };

/** Gives a compact row its texts back. */
export function expandRow(value: unknown, files: ReadonlyMap<string, string>): Expanded {
  const parsed = compactSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, message: `${issue?.path.join('.')}: ${issue?.message}` };
  }
  const source = files.get(parsed.data.file_path);
  if (source !== undefined) return { ok: true, row: withTexts(parsed.data, source) };
  const message = `file_path: expected one of the files above it, found ${parsed.data.file_path.slice(0, 200)}`;
  return { ok: false, message };
}

/** Whether a line of a dataset is a row that needs its file. */
export function isCompact(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'first_line' in value && !('raw_file_content' in value)
  );
}

function withTexts({ first_line, bug, ...row }: CompactRow, source: string): object {
  const lines = source.split('\n');
  const text = (first: number, last: number): string => lines.slice(first, last + 1).join('\n');
  const [start, headerEnd] = row.method.global_method_declaration_index;
  const [bodyStart, end] = row.method.global_method_body_index;
  const withoutMethod = (first: number, last: number): string =>
    [...lines.slice(first, first_line), ...lines.slice(end + 1, last + 1)].join('\n');
  const place = row.class_position_in_file;
  return {
    ...row,
    raw_file_content: source,
    class_code: place === null ? null : text(...place),
    method: { ...row.method, declaration: text(start, headerEnd), body: text(bodyStart, end) },
    file_without_method: withoutMethod(0, lines.length - 1),
    class_without_method: place === null ? null : withoutMethod(...place),
    ...(bug === null
      ? {}
      : { file_with_buggy_method: source.slice(0, bug.start) + bug.replacement + source.slice(bug.end) }),
  };
}

/** Where the part begins that `file_without_method` lacks: decorators go with the method. */
function firstLineOf(row: Row): number | null {
  const lines = row.raw_file_content.split('\n');
  const start = row.method.global_method_declaration_index[0] ?? 0;
  const end = row.method.global_method_body_index.at(-1) ?? 0;
  const kept = row.file_without_method.split('\n').length;
  const first = kept - (lines.length - end - 1);
  return first >= 0 && first <= start ? first : null;
}

function editOf(before: string, after: string): z.infer<typeof editSchema> {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let tail = 0;
  while (tail < shorter - start && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return { start, end: before.length - tail, replacement: after.slice(start, after.length - tail) };
}

function without(value: object, columns: readonly string[]): object {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !columns.includes(key)));
}

/** As JSON gives it back. */
function plain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
