import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DatasetError } from '../core/errors.ts';
import { isBucketUrl, isRemotePath } from '../storage/index.ts';
import { datasetEndings, isDatasetFile } from './fileForms.ts';
import { fetchHubDataset, isHubPath } from './hub.ts';
import { mapLimited } from './mapLimited.ts';
import { fetchRemoteFile, listRemoteFolder } from './remoteFiles.ts';
import { areShards } from './shards.ts';

/** The files of a dataset in their order: a file, the shards of a folder, or those of a set on the Hugging Face hub. */
export async function findDatasetFiles(path: string): Promise<readonly string[]> {
  if (isHubPath(path)) return fetchHubDataset(path, isDatasetFile);
  if (isRemotePath(path)) return fetchRemoteDataset(path);
  const found = await stat(path).catch(() => null);
  if (found === null) {
    throw new DatasetError(
      `There is no dataset at ${path}: expected a file (${datasetEndings.join(', ')}) or a folder.`,
    );
  }
  if (found.isDirectory()) return datasetIn(path);
  if (isDatasetFile(path)) return [path];
  throw new DatasetError(
    `Cannot tell what ${path} is: expected a name ending in ${datasetEndings.join(', ')}.`,
  );
}

/** A file behind an address, or the files of a bucket's folder. */
async function fetchRemoteDataset(url: string): Promise<readonly string[]> {
  // In a bucket any character may be part of a key.
  const name = isBucketUrl(url) ? url : url.replace(/[?#].*$/, '');
  if (isDatasetFile(name)) return [await fetchRemoteFile(url)];
  const files = (await listRemoteFolder(url)).filter(isDatasetFile);
  return mapLimited(chooseFiles(url, files), 4, fetchRemoteFile);
}

async function datasetIn(folder: string): Promise<readonly string[]> {
  const files = (await readdir(folder)).filter(isDatasetFile).sort();
  return chooseFiles(
    folder,
    files.map((file) => join(folder, file)),
  );
}

function chooseFiles(folder: string, files: readonly string[]): readonly string[] {
  const names = files.map((file) => basename(file));
  if (files.length === 1 || areShards(names)) return files;
  const seen = files.length === 0 ? 'none' : names.join(', ');
  throw new DatasetError(
    `Expected exactly one dataset file (${datasetEndings.join(', ')}) in the folder ${folder}, found ${seen}.\n` +
      'Name the file itself.',
  );
}
