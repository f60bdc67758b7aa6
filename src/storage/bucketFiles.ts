import { GetObjectCommand, HeadObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { parseBucketUrl, s3 } from './s3Client.ts';
import { statusOf, toStorageError } from './s3Faults.ts';
import { getObject } from './s3Objects.ts';

/** What is directly below `s3://bucket/prefix`: its files and folders, as URLs, sorted. */
export async function listBucketFolder(
  url: string,
): Promise<{ readonly files: readonly string[]; readonly folders: readonly string[] }> {
  const { bucket, prefix } = parseBucketUrl(url);
  const files: string[] = [];
  const folders: string[] = [];
  const asUrl = (key: string): string => `s3://${bucket}/${key.replace(/\/$/, '')}`;
  try {
    const input = { Bucket: bucket, Prefix: prefix, Delimiter: '/' };
    for await (const page of paginateListObjectsV2({ client: s3() }, input)) {
      for (const { Key } of page.Contents ?? []) if (Key && !Key.endsWith('/')) files.push(asUrl(Key));
      for (const { Prefix } of page.CommonPrefixes ?? []) if (Prefix) folders.push(asUrl(Prefix));
    }
  } catch (error) {
    throw toStorageError(error, 'list what is there', url);
  }
  return { files: files.sort(), folders: folders.sort() };
}

/** The bytes of a small file of a bucket; null when there is none. */
export async function readBucketFile(url: string): Promise<Buffer | null> {
  const { bucket, key } = fileOf(url);
  try {
    return await getObject({ bucket, prefix: '' }, key);
  } catch (error) {
    throw toStorageError(error, 'read what is', url);
  }
}

/** A file of a bucket as it is now. */
export interface BucketFile {
  /** Changes with its content. */
  readonly tag: string;
  readonly bytes: number;
}

/** Looks at a file of a bucket; null when there is none. */
export async function lookAtBucketFile(url: string): Promise<BucketFile | null> {
  const { bucket, key } = fileOf(url);
  const place = { Bucket: bucket, Key: key };
  try {
    const { ETag, ContentLength } = await s3().send(new HeadObjectCommand(place));
    return { tag: ETag ?? '', bytes: ContentLength ?? 0 };
  } catch (error) {
    const reason = await whyNot(place, error);
    if (reason instanceof Error && reason.name === 'NoSuchKey') return null;
    throw toStorageError(reason, 'read what is', url);
  }
}

/** The answer to HEAD has no body to say whether the file, the bucket, the region or the key is wrong; that to GET has. */
async function whyNot(
  place: { readonly Bucket: string; readonly Key: string },
  seen: unknown,
): Promise<unknown> {
  if ((statusOf(seen) ?? 500) >= 500) return seen;
  try {
    const { Body } = await s3().send(new GetObjectCommand({ ...place, Range: 'bytes=0-0' }));
    await Body?.transformToByteArray();
    return seen;
  } catch (error) {
    return error;
  }
}

/** The bytes of a file of a bucket from a place on, of the version that was looked at. */
export async function openBucketFile(
  url: string,
  { tag, from }: { readonly tag: string; readonly from: number },
): Promise<AsyncIterable<Uint8Array>> {
  const { bucket, key } = fileOf(url);
  try {
    const { Body } = await s3().send(
      new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: tag, Range: `bytes=${from}-` }),
    );
    return Body as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw toStorageError(error, 'read what is', url);
  }
}

function fileOf(url: string): { bucket: string; key: string } {
  const { bucket, prefix } = parseBucketUrl(url);
  return { bucket, key: prefix.replace(/\/$/, '') };
}
