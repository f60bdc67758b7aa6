import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DatasetError } from '../core/errors.ts';
import type { Row } from '../core/row.ts';

/** Throws a DatasetError when a dataset cannot be written under this name; long work asks first. */
export function checkOutputPath(path: string): void {
  if (path.endsWith('.jsonl') || path.endsWith('.jsonl.gz')) return;
  throw new DatasetError(`Cannot write the dataset ${path}: expected a name ending in .jsonl or .jsonl.gz.`);
}

/** Writes rows as `.jsonl` or `.jsonl.gz`, whole or not at all; the same rows give the same bytes. */
export async function writeDataset(path: string, rows: readonly Row[]): Promise<void> {
  checkOutputPath(path);
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const temporary = `${path}.${randomUUID()}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, path.endsWith('.gz') ? gzipSync(text, { level: 9 }) : text);
    await rename(temporary, path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatasetError(`Cannot write the dataset ${path}: ${reason}.`, { cause: error });
  }
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
