import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { writableEndings } from './writeDataset.ts';

/** How rows lie in a file: a line each, in one list, or in columns. */
export type FileForm = 'lines' | 'list' | 'columns';

const formOfEnding: Readonly<Record<string, FileForm>> = {
  '.jsonl': 'lines',
  '.json': 'list',
  '.parquet': 'columns',
};
const packings = ['', '.gz', '.zst'] as const;

/** Endings of the names of files that hold rows; those that we write ourselves come first. */
export const datasetEndings: readonly string[] = [
  ...new Set([
    ...writableEndings,
    ...Object.keys(formOfEnding).flatMap((ending) => packings.map((packing) => ending + packing)),
  ]),
];

/** Whether a file's name is one of rows. */
export function isDatasetFile(name: string): boolean {
  return datasetEndings.some((ending) => name.endsWith(ending));
}

/** By its name. */
export function fileForm(file: string): FileForm {
  const ending = /\.[a-z]+$/.exec(file.replace(/\.(gz|zst)$/, ''))?.[0] ?? '';
  return formOfEnding[ending] ?? 'lines';
}

/** What is in a file, unpacked where its name says that it is packed. */
export function openUnpacked(file: string): Readable {
  const bytes = createReadStream(file);
  const unpacker = file.endsWith('.gz')
    ? createGunzip()
    : file.endsWith('.zst')
      ? createZstdDecompress()
      : null;
  if (unpacker === null) return bytes;
  bytes.on('error', (error) => unpacker.destroy(error));
  return bytes.pipe(unpacker);
}
