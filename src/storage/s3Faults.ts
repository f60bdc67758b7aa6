import { StorageError } from '../core/errors.ts';

/** Turns what the SDK threw into a StorageError that says what to do; faults of the way there are tried again. */
export function toStorageError(error: unknown, what: string, place: string): StorageError {
  if (error instanceof StorageError) return error;
  const name = error instanceof Error ? error.name : '';
  const said = error instanceof Error ? (error.message.split('\n')[0] ?? name) : String(error);
  const advice =
    adviceForExpiry(name, said) ??
    adviceFor[name] ??
    adviceForStatus[statusOf(error) ?? 0] ??
    adviceForWords(said);
  const mayPass = advice === undefined || advice === expired;
  return new StorageError(`Cannot ${what} in ${place}. ${advice ?? `${name}: ${said}`}`, {
    retry: mayPass,
    cause: error,
  });
}

/** HTTP status of an answer; undefined when there was none. */
export function statusOf(error: unknown): number | undefined {
  return metadataOf(error).httpStatusCode;
}

/** How often the SDK sent a request before it gave up. */
export function attemptsOf(error: unknown): number {
  return metadataOf(error).attempts ?? 1;
}

interface Metadata {
  readonly httpStatusCode?: number;
  readonly attempts?: number;
}

function metadataOf(error: unknown): Metadata {
  if (!(error instanceof Error) || !('$metadata' in error)) return {};
  return (error as { $metadata: Metadata }).$metadata;
}

const credentials =
  "No usable credentials: the AWS SDK's own chain is used (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, SSO, a role).";
const rights =
  'Access denied: the credentials need s3:GetObject, PutObject, DeleteObject and ListBucket there.';
const expired = 'The credentials have expired: renew them; the run waits, and the same command goes on.';
const region = 'The bucket is in another region: set AWS_REGION to its own.';

const adviceFor: Readonly<Record<string, string>> = {
  NoSuchBucket: 'There is no such bucket: create it, or correct its name.',
  CredentialsProviderError: credentials,
  InvalidAccessKeyId: credentials,
  XAdminUserNotFound: credentials,
  SignatureDoesNotMatch: 'The secret key does not belong to the access key: check AWS_SECRET_ACCESS_KEY.',
  ExpiredToken: expired,
  ExpiredTokenException: expired,
  AccessDenied: rights,
  PermanentRedirect: region,
  AuthorizationHeaderMalformed: region,
  InvalidBucketName: 'This is no name of a bucket: correct it.',
};

/** An SSO session that has ended has the name of credentials that never were. */
function adviceForExpiry(name: string, said: string): string | undefined {
  return name === 'CredentialsProviderError' && /expired/i.test(said) ? expired : undefined;
}

/** The SDK throws these without a name of their own, before anything is sent. */
function adviceForWords(said: string): string | undefined {
  if (/invalid url/i.test(said))
    return 'AWS_ENDPOINT_URL_S3 (or AWS_ENDPOINT_URL) is no address: expected one such as https://host:9000.';
  if (/^region /i.test(said)) return 'The region is missing or is none: set AWS_REGION.';
  return undefined;
}

const adviceForStatus: Readonly<Record<number, string>> = { 301: region, 403: rights };
