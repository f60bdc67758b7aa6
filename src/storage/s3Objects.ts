import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { s3, type BucketPlace } from './s3Client.ts';
import { attemptsOf, statusOf } from './s3Faults.ts';

const triesOfBrokenBodies = 4;

/** An object's bytes; null when there is none. The SDK repeats a request that fails, not a body that breaks off. */
export async function getObject({ bucket, prefix }: BucketPlace, key: string): Promise<Buffer | null> {
  for (let tries = 1; ; tries += 1) {
    const found = await s3()
      .send(new GetObjectCommand({ Bucket: bucket, Key: prefix + key }))
      .catch((error: unknown) => {
        if (error instanceof Error && error.name === 'NoSuchKey') return null;
        throw error;
      });
    if (found === null) return null;
    try {
      return Buffer.from((await found.Body?.transformToByteArray()) ?? []);
    } catch (error) {
      if (tries === triesOfBrokenBodies) throw error;
      await sleep(100 * 2 ** tries);
    }
  }
}

/** Writes an object that must not be there yet; false when it was. */
export async function createObject(
  place: BucketPlace,
  key: string,
  value: Buffer | string,
): Promise<boolean> {
  const Body = typeof value === 'string' ? Buffer.from(value) : value;
  for (let tries = 1; ; tries += 1) {
    try {
      await s3().send(
        new PutObjectCommand({ Bucket: place.bucket, Key: place.prefix + key, Body, IfNoneMatch: '*' }),
      );
      return true;
    } catch (error) {
      // Our own first try may have come through and only its answer been lost: then the object is what we wrote.
      if (statusOf(error) === 412) return attemptsOf(error) + tries > 2 && isThere(place, key, Body);
      // Two writers at the same moment: the store asks to try again.
      if (statusOf(error) !== 409 || tries === 10) throw error;
      await sleep(20 * tries * Math.random());
    }
  }
}

/** Writes an object whatever was there. */
export async function overwriteObject(
  { bucket, prefix }: BucketPlace,
  key: string,
  value: Buffer | string,
): Promise<void> {
  const Body = typeof value === 'string' ? Buffer.from(value) : value;
  await s3().send(new PutObjectCommand({ Bucket: bucket, Key: prefix + key, Body }));
}

/** Removes an object; it is no fault when there is none. */
export async function deleteObject({ bucket, prefix }: BucketPlace, key: string): Promise<void> {
  await s3().send(new DeleteObjectCommand({ Bucket: bucket, Key: prefix + key }));
}

async function isThere(place: BucketPlace, key: string, value: Buffer): Promise<boolean> {
  return (await getObject(place, key))?.equals(value) === true;
}
