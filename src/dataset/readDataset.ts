import { createHash } from 'node:crypto';
import { z } from 'zod';
import { DatasetError } from '../core/errors.ts';
import type { Row } from '../core/row.ts';
import { itemId } from '../core/rowHelpers.ts';
import { isRemotePath } from '../storage/index.ts';
import { expandRow, fileSchema, isCompact } from './compactRows.ts';
import type { DatasetHeader } from './datasetHeader.ts';
import { headerSchema } from './datasetHeader.ts';
import { findDatasetFiles } from './datasetFiles.ts';
import { fileForm, openUnpacked } from './fileForms.ts';
import { explainLength, longestRowBytes, textLength } from './longRows.ts';
import { readParquet } from './parquet/readParquet.ts';
import { readLines } from './readLines.ts';
import { rowSchema } from './rowSchema.ts';
import { unwrapSibling } from './siblingRows.ts';
import { datasetName } from './writeDataset.ts';

/** A row that cannot be used. `line` is 1-based; in a `.json` or `.parquet` file it is the row's position. */
export interface BadRow {
  readonly line: number;
  /** Column path and what is wrong with it. */
  readonly message: string;
}

export interface Dataset {
  /** The file that was read. */
  readonly path: string;
  /** Its name without folders and endings. */
  readonly name: string;
  /** `sha256:…` of the bytes, after decompression: packing a dataset does not change it. */
  readonly digest: string;
  readonly rows: readonly Row[];
  readonly badRows: readonly BadRow[];
  /** What the file says about itself; null in sets of others. */
  readonly header: DatasetHeader | null;
}

/** Reads a dataset: `.jsonl`, `.json` (a list) or `.parquet`, as they are or packed (`.gz`, `.zst`), a folder that holds one, or one on the hub. */
export async function readDataset(path: string): Promise<Dataset> {
  const files = await findDatasetFiles(path);
  const [first = path] = files;
  const file = files.length === 1 && !isRemotePath(path) ? first : path;
  const hash = createHash('sha256');
  const collected = emptyCollection(file);
  for (const each of files) await collectFile(each, hash, collected);
  if (collected.rows.length + collected.badRows.length === 0) {
    throw new DatasetError(`The dataset ${file} is empty: expected at least one row.`);
  }
  const { rows, badRows, header } = collected;
  const digest = `sha256:${hash.digest('hex')}`;
  return { path: file, name: datasetName(file), digest, rows, badRows, header };
}

/** Throws a DatasetError that names the bad rows by file, line and column; does nothing when there are none. */
export function refuseBadRows(dataset: Dataset): void {
  const { badRows, path } = dataset;
  const [first] = badRows;
  if (first === undefined) return;
  const more = badRows.length > 1 ? ` (and ${badRows.length - 1} more broken rows)` : '';
  throw new DatasetError(
    `${path}, line ${first.line}: ${first.message}${more}.\n` +
      `Repair the file, or run the other ${dataset.rows.length} rows with --skip-bad-rows.`,
  );
}

async function collectFile(
  file: string,
  hash: ReturnType<typeof createHash>,
  into: Collection,
): Promise<void> {
  try {
    const form = fileForm(file);
    if (form === 'lines') return await collectLines(file, hash, into);
    const bytes = Buffer.concat(await openUnpacked(file).toArray());
    hash.update(bytes);
    const rows = form === 'list' ? readList(file, bytes) : await readParquet(bytes);
    collectValues(rows, into);
  } catch (error) {
    if (error instanceof DatasetError) throw error;
    throw new DatasetError(`Cannot read the dataset ${file}: ${messageOf(error)}.`, { cause: error });
  }
}

interface Collection {
  readonly file: string;
  readonly rows: Row[];
  readonly badRows: BadRow[];
  readonly lineOfItem: Map<string, number>;
  readonly files: Map<string, string>;
  header: DatasetHeader | null;
}

function emptyCollection(file: string): Collection {
  return { file, rows: [], badRows: [], lineOfItem: new Map(), files: new Map(), header: null };
}

async function collectLines(
  file: string,
  hash: ReturnType<typeof createHash>,
  into: Collection,
): Promise<void> {
  let line = 0;
  for await (const { text, bytes } of readLines(openUnpacked(file), {
    hash,
    longestBytes: longestRowBytes,
  })) {
    line += 1;
    if (text === null) into.badRows.push({ line, message: explainLength(bytes) ?? '' });
    if (text === null || text.trim() === '') continue;
    const value = parseJson(text);
    if (value.ok) collectLine(value.value, line, into);
    else into.badRows.push({ line, message: `not JSON: ${value.message}` });
  }
}

function readList(file: string, bytes: Buffer): readonly unknown[] {
  const text = bytes.toString('utf8');
  if (text.trim() === '') return [];
  const parsed = parseJson(text);
  if (!parsed.ok) throw new DatasetError(`${file} is not JSON: ${parsed.message}.`);
  if (!Array.isArray(parsed.value)) {
    throw new DatasetError(`${file}: expected a list of rows, found ${describeType(parsed.value)}.`);
  }
  return parsed.value;
}

/** Rows of a file that is read as a whole; positions go on from those of the files before it. */
function collectValues(values: readonly unknown[], into: Collection): void {
  const before = into.rows.length + into.badRows.length;
  for (const [index, value] of values.entries()) {
    const line = before + index + 1;
    const message = explainLength(textLength(value));
    if (message === null) collectLine(value, line, into);
    else into.badRows.push({ line, message });
  }
}

/** A header, a file's text, or a row. */
function collectLine(read: unknown, line: number, into: Collection): void {
  const value = unwrapSibling(read);
  const file = fileSchema.safeParse(value);
  if (file.success) {
    into.files.set(file.data.file, file.data.content);
  } else if (typeof value === 'object' && value !== null && 'triathlon_dataset' in value) {
    const header = headerSchema.safeParse(value.triathlon_dataset);
    if (header.success) into.header = header.data;
    else into.badRows.push({ line, message: `triathlon_dataset: ${z.prettifyError(header.error)}` });
  } else if (isCompact(value)) {
    const expanded = expandRow(value, into.files);
    if (expanded.ok) collectRow(expanded.row, line, into);
    else into.badRows.push({ line, message: expanded.message });
  } else collectRow(value, line, into);
}

function collectRow(value: unknown, line: number, into: Collection): void {
  const parsed = rowSchema.safeParse(value);
  if (!parsed.success) {
    const issues = parsed.error.issues.slice(0, 3);
    const message = issues
      .map((issue) => `${issue.path.join('.') || 'row'}: ${issue.message.replace('Invalid input: ', '')}`)
      .join('; ');
    into.badRows.push({ line, message });
    return;
  }
  const item = itemId(parsed.data);
  const earlier = into.lineOfItem.get(item);
  if (earlier !== undefined) {
    throw new DatasetError(
      `${into.file}: lines ${earlier} and ${line} have the same dp_id ${JSON.stringify(parsed.data.dp_id)}; each row needs its own.`,
    );
  }
  into.lineOfItem.set(item, line);
  into.rows.push(parsed.data);
}

function parseJson(text: string): { ok: true; value: unknown } | { ok: false; message: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    // The parser's words quote the text, which may be long or hold terminal escapes.
    const message = messageOf(error)
      .replace(/, "[\s\S]*$/, '')
      .replace(/[^\x20-\x7e]/g, '?');
    return { ok: false, message: message.slice(0, 120) };
  }
}

function describeType(value: unknown): string {
  return value === null ? 'null' : typeof value;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
