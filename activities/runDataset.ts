import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { benchHome } from '../setup/home.js';
import { shortDigest } from '../src/core/digest.ts';
import type { RunRecord, RunRequest } from '../src/core/run.ts';
import { findDatasetFiles } from '../src/dataset/datasetFiles.ts';
import { isHubPath } from '../src/dataset/hub.ts';
import type { Dataset } from '../src/dataset/readDataset.ts';
import type { ResultStore } from '../src/ports/resultStore.ts';
import { isBucketUrl, isRemotePath } from '../src/storage/index.ts';
import type { Datasets } from './openRuns.ts';

/** A run in a bucket has its local rows with it: another machine goes on with nothing but the bucket. */
export async function keepRows(
  store: ResultStore,
  folder: string,
  { datasetPath }: RunRequest,
): Promise<void> {
  if (!isBucketUrl(folder) || !isLocal(datasetPath)) return;
  for (const file of await findDatasetFiles(datasetPath)) {
    await store.putOnce(`dataset/${basename(file)}`, await readFile(file));
  }
}

/** The rows of a run: from where they were when it was begun, or from its own folder on a machine that has no such file. */
export async function readRows(
  datasets: Datasets,
  store: ResultStore,
  { request, lock }: RunRecord,
): Promise<Dataset> {
  const { datasetPath } = request;
  if (!isLocal(datasetPath) || existsSync(datasetPath)) return datasets(datasetPath);
  const keys = await store.list('dataset');
  if (keys.length === 0) return datasets(datasetPath);
  const folder = join(benchHome(), 'remote', shortDigest([lock['dataset'], keys]));
  if (!existsSync(folder)) await bringHere(store, keys, folder);
  return datasets(folder);
}

/** All files or none. */
async function bringHere(store: ResultStore, keys: readonly string[], folder: string): Promise<void> {
  const temporary = `${folder}.${randomUUID()}`;
  await mkdir(temporary, { recursive: true });
  for (const key of keys) {
    await writeFile(join(temporary, basename(key)), (await store.get(key)) ?? Buffer.alloc(0));
  }
  await rename(temporary, folder).catch((error: unknown) => {
    if (!existsSync(folder)) throw error;
  });
}

function isLocal(path: string): boolean {
  return !isHubPath(path) && !isRemotePath(path);
}
