import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import { ConfigError, StorageError } from '../core/errors.ts';
import type { RunRecord } from '../core/run.ts';
import type { ResultStore } from '../ports/resultStore.ts';
import { parse } from '../report/readItems.ts';
import { runRecordSchema } from '../report/runRecordSchema.ts';
import { isBucketUrl, joinPlace, listBucketFolder, lookAtBucketFile, openStore } from '../storage/index.ts';

/** The run folders that a path means: itself, or those directly in it. */
export async function findRunFolders(path: string): Promise<string[]> {
  if (isBucketUrl(path)) return findRunsInBucket(path.replace(/\/+$/, ''));
  const folder = resolve(path);
  const found = await stat(folder).catch(() => null);
  if (found === null) {
    throw new ConfigError(
      `There is no folder ${folder}: expected the folder of a run, such as results/<run>.`,
    );
  }
  if (!found.isDirectory()) throw new ConfigError(`${folder} is a file: expected the folder of a run.`);
  if (await isRunFolder(folder)) return [folder];
  const names = await readdir(folder);
  const inside: string[] = [];
  for (const name of names.sort()) {
    if (await isRunFolder(join(folder, name))) inside.push(join(folder, name));
  }
  if (inside.length > 0) return inside;
  throw new ConfigError(
    `${folder} holds no run: expected a run.json in it or in a folder directly below. ` +
      'Runs are written to paths.output_folder (default results/).',
  );
}

async function findRunsInBucket(url: string): Promise<string[]> {
  if ((await openStore(url).get('run.json')) !== null) return [url];
  const { folders } = await listBucketFolder(url);
  const looked = await Promise.all(folders.map((folder) => lookAtBucketFile(joinPlace(folder, 'run.json'))));
  const runs = folders.filter((_, index) => looked[index] !== null);
  if (runs.length > 0) return runs;
  throw new ConfigError(`${url} holds no run: expected a run.json in it or in a folder directly below.`);
}

/** A run's folder as a store, and its record. */
export interface OpenedFolder {
  readonly folder: string;
  readonly store: ResultStore;
  readonly record: RunRecord;
}

/** Opens a run's folder; reads its record only. */
export async function openRunFolder(folder: string): Promise<OpenedFolder> {
  const store = openStore(folder);
  return {
    folder,
    store,
    record: await readFileOf(store, { folder, key: 'run.json', schema: runRecordSchema }),
  };
}

/** A file of a run's folder and what it must hold. */
export interface Wanted<T> {
  readonly folder: string;
  readonly key: string;
  readonly schema: z.ZodType<T>;
}

/** Reads one of a run's own files; StorageError with the key when it is not as it should be. */
export async function readFileOf<T>(store: ResultStore, { folder, key, schema }: Wanted<T>): Promise<T> {
  const found = parse(await store.get(key), schema);
  if ('value' in found) return found.value;
  throw new StorageError(
    `${joinPlace(folder, key)} cannot be used: ${found.fault}. Restore it, or submit the run again with --new.`,
  );
}

async function isRunFolder(folder: string): Promise<boolean> {
  const found = await stat(join(folder, 'run.json')).catch(() => null);
  return found?.isFile() === true;
}
