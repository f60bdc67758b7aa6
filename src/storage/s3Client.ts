import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { StandardRetryStrategy } from '@smithy/core/retry';
import { StorageError } from '../core/errors.ts';

/** A folder of a bucket. */
export interface BucketPlace {
  readonly bucket: string;
  /** Empty, or with a slash at its end. */
  readonly prefix: string;
}

/** The parts of `s3://bucket/prefix`. */
export function parseBucketUrl(url: string): BucketPlace {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/i.exec(url) ?? [];
  if (bucket === undefined) {
    throw new StorageError(`Expected s3://bucket/prefix, found ${JSON.stringify(url)}.`);
  }
  const trimmed = prefix.replace(/\/+$/, '');
  return { bucket, prefix: trimmed === '' ? '' : `${trimmed}/` };
}

let client: S3Client | undefined;

const attempts = 5;
/** The SDK's own has one quota of retries for all requests: a burst of faults would use it up, and the next get none. */
const retryStrategy: S3ClientConfig['retryStrategy'] = {
  mode: 'standard',
  acquireInitialRetryToken: (scope: string) =>
    new StandardRetryStrategy(attempts).acquireInitialRetryToken(scope),
  refreshRetryTokenForRetry: (...given: Parameters<StandardRetryStrategy['refreshRetryTokenForRetry']>) =>
    new StandardRetryStrategy(attempts).refreshRetryTokenForRetry(...given),
  recordSuccess: () => undefined,
};

/** One client for the process: region, endpoint and credentials by the SDK's own chain. */
export function s3(): S3Client {
  const endpoint = process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'];
  client ??= new S3Client({
    maxAttempts: attempts,
    retryStrategy,
    // A server that says nothing for a minute is asked again; a body that flows may take as long as it needs.
    requestHandler: {
      connectionTimeout: 10_000,
      socketTimeout: 60_000,
      httpAgent: { maxSockets: 128 },
      httpsAgent: { maxSockets: 128 },
    },
    // Servers of others know neither virtual hosts for buckets nor the newer checksums.
    ...(endpoint !== undefined && { forcePathStyle: true }),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return client;
}

/** Ends the client, for tests that change endpoint or credentials. */
export function closeS3Client(): void {
  client?.destroy();
  client = undefined;
}
