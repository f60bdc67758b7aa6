import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { DatasetError } from '../core/errors.ts';
import type { Row } from '../core/row.ts';
import { compactRow } from './compactRows.ts';
import type { DatasetHeader } from './datasetHeader.ts';

/** Endings of the names of datasets that can be written. */
export const writableEndings = ['.jsonl', '.jsonl.gz', '.jsonl.zst'] as const;

/** Throws a DatasetError when a dataset cannot be written under this name; long work asks first. */
export function checkOutputPath(path: string): void {
  if (writableEndings.some((ending) => path.endsWith(ending))) return;
  throw new DatasetError(
    `Cannot write the dataset ${path}: expected a name ending in ${writableEndings.join(', ')}.`,
  );
}

/**
 * Writes rows as `.jsonl`, `.jsonl.gz` or `.jsonl.zst`, whole or not at all; the same rows give the same bytes. A header, when there
 * is one, comes first; a file's text stands before its first row, once.
 */
export async function writeDataset(
  path: string,
  rows: readonly Row[],
  header: Omit<DatasetHeader, 'digest' | 'name'> | null = null,
): Promise<void> {
  const heading = header && { ...header, name: datasetName(path), digest: rowsDigest(rows) };
  const lines = [...(heading ? [{ triathlon_dataset: heading }] : []), ...linesOf(rows)];
  await writeJsonLines(path, lines);
}

/** A dataset's name: its file's, without folders and endings. */
export function datasetName(path: string): string {
  return withoutEnding(basename(path));
}

/** A dataset's path without the ending that says its format. */
export function withoutEnding(path: string): string {
  return path.replace(/\.(jsonl|json|parquet)(\.gz|\.zst)?$/, '');
}

function linesOf(rows: readonly Row[]): readonly object[] {
  const written = new Map<string, string>();
  return rows.flatMap((row) => {
    const { file_path: file, raw_file_content: content } = row;
    const earlier = written.get(file);
    const compact = earlier === undefined || earlier === content ? compactRow(row) : null;
    if (compact === null) return [row];
    written.set(file, content);
    return earlier === undefined ? [{ file, content }, compact] : [compact];
  });
}

/** Writes values, one a line, whole or not at all. */
export async function writeJsonLines(path: string, values: readonly object[]): Promise<void> {
  checkOutputPath(path);
  const text = values.map((value) => `${JSON.stringify(value)}\n`).join('');
  await writeWhole(path, pack(path, text));
}

/** Writes a file whole or not at all. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatasetError(`Cannot write the dataset ${path}: ${reason}.`, { cause: error });
  }
}

function pack(path: string, text: string): string | Buffer {
  if (path.endsWith('.gz')) return gzipSync(text, { level: 9 });
  if (!path.endsWith('.zst')) return text;
  const params = { [constants.ZSTD_c_compressionLevel]: 19, [constants.ZSTD_c_checksumFlag]: 1 };
  return zstdCompressSync(text, { params });
}

/** Digest of what rows say apart from measured seconds, which differ from machine to machine. */
export function rowsDigest(rows: readonly Row[]): string {
  const hash = createHash('sha256');
  for (const row of rows) {
    const { triathlon } = row;
    const bare =
      triathlon === undefined ? row : { ...row, triathlon: { ...triathlon, reference_seconds: null } };
    hash.update(`${JSON.stringify(sortKeys(bare))}\n`);
  }
  return `sha256:${hash.digest('hex')}`;
}

/** Reading and writing may change the order of columns, which says nothing. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}
