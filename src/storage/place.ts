import { join, resolve } from 'node:path';

/** Where results are kept: a local folder, or `s3://bucket/prefix`. */
export function isBucketUrl(place: string): boolean {
  return /^s3:\/\//i.test(place);
}

/** Whether a path is an address: `s3://…` or `https://…`. */
export function isRemotePath(path: string): boolean {
  return isBucketUrl(path) || /^https?:\/\//i.test(path);
}

/** An absolute folder, or the bucket's URL without a slash at its end. */
export function resolvePlace(from: string, place: string): string {
  return isBucketUrl(place) ? place.replace(/\/+$/, '') : resolve(from, place);
}

/** A folder below a place. */
export function joinPlace(place: string, name: string): string {
  return isBucketUrl(place) ? `${place.replace(/\/+$/, '')}/${name}` : join(place, name);
}
