import { randomUUID } from 'node:crypto';
import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Readable } from 'node:stream';
import type { Claim, ResultStore } from '../ports/resultStore.ts';
import { forgetProbes, hasConditionalWrites, refuseUnconditional } from './conditionalWrites.ts';
import { closeS3Client, parseBucketUrl, s3, type BucketPlace } from './s3Client.ts';
import { toStorageError } from './s3Faults.ts';
import { createObject, deleteObject, getObject, overwriteObject } from './s3Objects.ts';

/** How a run's store is used. */
export interface StoreOptions {
  /** A bucket that ignores conditional writes is used all the same: only one worker may write. */
  readonly allowUnconditional?: boolean | undefined;
}

type Place = BucketPlace & StoreOptions;

/** A run's files in a bucket, `s3://bucket/prefix`, under the same keys as on disk; safe for several machines at once. */
export function createS3Store(url: string, options: StoreOptions = {}): ResultStore {
  const place = { ...parseBucketUrl(url), ...options };
  const guarded = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw toStorageError(error, what, url);
    }
  };
  return {
    get: (key) => guarded(`read ${key}`, () => getObject(place, key)),
    putOnce: (key, value) => guarded(`write ${key}`, () => putOnce(place, key, value)),
    list: (folder) => guarded(`list ${folder}`, () => listKeys(place, folder)),
    replace: (key, chunks) => guarded(`write ${key}`, () => replaceObject(place, key, chunks)),
    claim: (key) =>
      guarded(`prepare ${key}`, async () => {
        const claim = await claimKey(place, key);
        return { ...claim, release: () => guarded(`release ${key}`, () => claim.release()) };
      }),
  };
}

/** Forgets the client and what is known of buckets, for tests that change endpoint or credentials. */
export function forgetS3Client(): void {
  closeS3Client();
  forgetProbes();
}

async function putOnce(place: Place, key: string, value: Buffer | string): Promise<boolean> {
  if (await hasConditionalWrites(place)) return createObject(place, key, value);
  if (place.allowUnconditional !== true) refuseUnconditional(place);
  if ((await getObject(place, key)) !== null) return false;
  await overwriteObject(place, key, value);
  return true;
}

async function listKeys({ bucket, prefix }: Place, folder: string): Promise<string[]> {
  const keys: string[] = [];
  const input = { Bucket: bucket, Prefix: `${prefix}${folder}/` };
  for await (const page of paginateListObjectsV2({ client: s3() }, input)) {
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key.slice(prefix.length));
  }
  return keys.filter((key) => !key.endsWith(claimEnding) && !key.endsWith('/')).sort();
}

/** Bodies of any size, in parts; a reader sees the old object or the new one. */
async function replaceObject(
  { bucket, prefix }: Place,
  key: string,
  chunks: AsyncIterable<string> | Iterable<string>,
): Promise<void> {
  const Body = Readable.from(chunks, { objectMode: false });
  await new Upload({ client: s3(), params: { Bucket: bucket, Key: prefix + key, Body } }).done();
}

const claimEnding = '.claimed';

/** The marker's content is nobody else's, so that a claim whose first answer was lost is known as our own. */
async function claimKey(place: Place, key: string): Promise<Claim> {
  const marker = `${key}${claimEnding}`;
  const heldBefore = !(await putOnce(place, marker, randomUUID()));
  return { heldBefore, release: () => deleteObject(place, marker) };
}
