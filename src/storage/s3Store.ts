import { randomUUID } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Readable } from 'node:stream';
import { StorageError } from '../core/errors.ts';
import type { Claim, ResultStore } from '../ports/resultStore.ts';
import { statusOf, toStorageError } from './s3Faults.ts';

/** A run's files in a bucket, `s3://bucket/prefix`, under the same keys as on disk; safe for several machines at once. */
export function createS3Store(url: string): ResultStore {
  const place = parseBucketUrl(url);
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
    claim: (key) => guarded(`prepare ${key}`, () => claimKey(place, key)),
  };
}

interface Place {
  readonly bucket: string;
  /** Empty, or with a slash at its end. */
  readonly prefix: string;
}

function parseBucketUrl(url: string): Place {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/i.exec(url) ?? [];
  if (bucket === undefined)
    throw new StorageError(`Expected s3://bucket/prefix, found ${JSON.stringify(url)}.`);
  const trimmed = prefix.replace(/\/+$/, '');
  return { bucket, prefix: trimmed === '' ? '' : `${trimmed}/` };
}

let client: S3Client | undefined;

/** One client for the process: region, endpoint and credentials by the SDK's own chain. */
function s3(): S3Client {
  const endpoint = process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'];
  client ??= new S3Client({
    maxAttempts: 5,
    // Servers of others know neither virtual hosts for buckets nor the newer checksums.
    ...(endpoint !== undefined && { forcePathStyle: true }),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return client;
}

/** Forgets the client, for tests that change endpoint or credentials. */
export function forgetS3Client(): void {
  client?.destroy();
  client = undefined;
  probes.clear();
}

async function getObject({ bucket, prefix }: Place, key: string): Promise<Buffer | null> {
  try {
    const { Body } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key: prefix + key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return null;
    throw error;
  }
}

/** 412: somebody wrote it before, or our own first try did, whose answer was lost: the same value either way. */
async function putOnce(place: Place, key: string, value: Buffer | string): Promise<boolean> {
  await needConditionalWrites(place);
  return createObject(place, key, value);
}

async function createObject(
  { bucket, prefix }: Place,
  key: string,
  value: Buffer | string,
): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    try {
      const Body = typeof value === 'string' ? Buffer.from(value) : value;
      const input = { Bucket: bucket, Key: prefix + key, Body, IfNoneMatch: '*' };
      await s3().send(new PutObjectCommand(input));
      return true;
    } catch (error) {
      if (statusOf(error) === 412) return false;
      // Two writers at the same moment: the store asks to try again.
      if (statusOf(error) !== 409 || tries === 10) throw error;
    }
  }
}

async function listKeys({ bucket, prefix }: Place, folder: string): Promise<string[]> {
  const keys: string[] = [];
  const input = { Bucket: bucket, Prefix: `${prefix}${folder}/` };
  for await (const page of paginateListObjectsV2({ client: s3() }, input)) {
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key.slice(prefix.length));
  }
  return keys.filter((key) => !key.endsWith(claimEnding)).sort();
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

async function claimKey(place: Place, key: string): Promise<Claim> {
  await needConditionalWrites(place);
  const marker = `${key}${claimEnding}`;
  const heldBefore = !(await createObject(place, marker, ''));
  const release = async (): Promise<void> => {
    await s3().send(new DeleteObjectCommand({ Bucket: place.bucket, Key: place.prefix + marker }));
  };
  return {
    heldBefore,
    release: () =>
      release().catch((error: unknown) => {
        throw toStorageError(error, `release ${key}`, `s3://${place.bucket}/${place.prefix}`);
      }),
  };
}

const probes = new Map<string, Promise<void>>();

/** Some servers take `If-None-Match` and ignore it: two writers would both win. Tried once per bucket and process. */
function needConditionalWrites(place: Place): Promise<void> {
  const known = probes.get(place.bucket);
  if (known !== undefined) return known;
  const probe = tryConditionalWrites(place);
  probes.set(place.bucket, probe);
  probe.catch(() => probes.delete(place.bucket));
  return probe;
}

async function tryConditionalWrites(place: Place): Promise<void> {
  const key = `.probe-${randomUUID()}`;
  const first = await createObject(place, key, 'first');
  const second = await createObject(place, key, 'second');
  const kept = await getObject(place, key);
  await s3().send(new DeleteObjectCommand({ Bucket: place.bucket, Key: place.prefix + key }));
  if (first && !second && kept?.toString() === 'first') return;
  throw new StorageError(
    `The store of s3://${place.bucket} ignores conditional writes (If-None-Match), so two workers could overwrite each other's answers.\n` +
      'Use a store that honours them (AWS S3, MinIO, Ceph, R2, versitygw do), or a local folder.',
  );
}
