import type { ResultStore } from '../ports/resultStore.ts';
import { createLocalStore } from './localStore.ts';
import { isBucketUrl } from './place.ts';
import { createS3Store } from './s3Store.ts';

export { isBucketUrl, joinPlace, resolvePlace } from './place.ts';

/** The store of a run's folder: local, or a bucket. */
export function openStore(place: string): ResultStore {
  return isBucketUrl(place) ? createS3Store(place) : createLocalStore(place);
}
