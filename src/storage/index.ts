import type { ResultStore } from '../ports/resultStore.ts';
import { createLocalStore } from './localStore.ts';
import { isBucketUrl } from './place.ts';
import { createS3Store, type StoreOptions } from './s3Store.ts';

export { listBucketFolder, lookAtBucketFile, openBucketFile, readBucketFile } from './bucketFiles.ts';
export { isBucketUrl, isRemotePath, joinPlace, resolvePlace } from './place.ts';
export type { StoreOptions } from './s3Store.ts';

/** The store of a run's folder: local, or a bucket. */
export function openStore(place: string, options?: StoreOptions): ResultStore {
  return isBucketUrl(place) ? createS3Store(place, options) : createLocalStore(place);
}
