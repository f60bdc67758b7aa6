import { randomUUID } from 'node:crypto';
import { StorageError } from '../core/errors.ts';
import type { BucketPlace } from './s3Client.ts';
import { statusOf } from './s3Faults.ts';
import { createObject, deleteObject, getObject } from './s3Objects.ts';

const probes = new Map<string, Promise<boolean>>();

/** Whether the store of a bucket honours `If-None-Match`: some take it and ignore it, and two writers would both win. */
export function hasConditionalWrites(place: BucketPlace): Promise<boolean> {
  const known = probes.get(place.bucket);
  if (known !== undefined) return known;
  const probe = tryThem(place);
  probes.set(place.bucket, probe);
  probe.catch(() => probes.delete(place.bucket));
  return probe;
}

/** Throws what a user must do about a store that does not honour them. */
export function refuseUnconditional({ bucket }: BucketPlace): never {
  throw new StorageError(
    `The store of s3://${bucket} ignores conditional writes (If-None-Match), so two workers could overwrite each other's answers.\n` +
      'Use a store that honours them (AWS S3, MinIO, Ceph, R2, versitygw do), or a local folder; with one worker only, ' +
      'storage.allow_unconditional: true goes on without.',
  );
}

/** Tried again at the next write, for tests that change the server. */
export function forgetProbes(): void {
  probes.clear();
}

/** Written twice and compared, once per bucket and process. */
async function tryThem(place: BucketPlace): Promise<boolean> {
  const key = `.probe-${randomUUID()}`;
  try {
    const first = await createObject(place, key, 'first');
    const second = await createObject(place, key, 'second');
    const kept = await getObject(place, key);
    return first && !second && kept?.toString() === 'first';
  } catch (error) {
    // The server knows no such header.
    if (statusOf(error) === 501) return false;
    throw error;
  } finally {
    await deleteObject(place, key).catch(() => undefined);
  }
}
