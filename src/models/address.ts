import { createHash } from 'node:crypto';
import { ModelError } from '../core/errors.ts';
import type { ModelSpec } from '../core/run.ts';

/** What differs between the providers that speak OpenAI's protocol. */
export interface Dialect {
  readonly baseUrlEnv: string | null;
  readonly apiKeyEnv: string | null;
  readonly defaultBaseUrl: string | null;
  /** Append /v1 to an address without it. */
  readonly addVersion: boolean;
  /** Sent with every request unless model_args says otherwise. */
  readonly bodyDefaults: Readonly<Record<string, unknown>>;
}

/** Where a request goes and with which key. */
export interface Address {
  readonly baseUrl: string;
  readonly query: Readonly<Record<string, string>>;
  /** Base URL without its query, for messages. */
  readonly shown: string;
  readonly key: string | null;
  readonly keyVariable: string | null;
}

export interface AddressInput {
  readonly spec: ModelSpec;
  readonly dialect: Dialect;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Every replica's address, read from the spec and the environment now. Throws ModelError `fatal`. */
export function resolveAddresses(input: AddressInput): readonly [Address, ...Address[]] {
  const [first, ...others] = readBaseUrls(input);
  return [resolveOne(first, input), ...others.map((baseUrl) => resolveOne(baseUrl, input))];
}

/** The replicas in an item's order: always the same first one, so that its prefix cache helps. */
export function replicasFor<Replica>(
  replicas: readonly [Replica, ...Replica[]],
  item: string,
): readonly [Replica, ...Replica[]] {
  const first = createHash('sha256').update(item).digest().readUInt32BE(0) % replicas.length;
  const [head = replicas[0], ...rest] = [...replicas.slice(first), ...replicas.slice(0, first)];
  return [head, ...rest];
}

function readBaseUrls({ spec, dialect, environment }: AddressInput): readonly [string, ...string[]] {
  const [first, ...others] = spec.baseUrls;
  if (first !== undefined) return [first, ...others];
  const variable = spec.baseUrlEnv ?? dialect.baseUrlEnv;
  const value = variable === null ? undefined : environment[variable]?.trim();
  if (value) return [value];
  if (dialect.defaultBaseUrl !== null) return [dialect.defaultBaseUrl];
  const where = variable === null ? 'base_url' : `base_url or the environment variable ${variable}`;
  throw fatal(`Provider ${spec.provider} has no address.\nSet ${where}, e.g. http://127.0.0.1:8000/v1`);
}

function resolveOne(baseUrl: string, { spec, dialect, environment }: AddressInput): Address {
  const url = parseBaseUrl(baseUrl, dialect.addVersion);
  const shown = `${url.origin}${url.pathname}`;
  // A default key goes to the provider's own host only.
  const defaultVariable =
    dialect.defaultBaseUrl === null || shown === dialect.defaultBaseUrl ? dialect.apiKeyEnv : null;
  const keyVariable = spec.apiKeyEnv ?? defaultVariable;
  const query = Object.fromEntries(url.searchParams);
  return { baseUrl: shown, query, shown, key: readKey({ keyVariable, environment, url, spec }), keyVariable };
}

function parseBaseUrl(text: string, addVersion: boolean): URL {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${guessScheme(text)}://${text}`);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw fatal('The base URL is not an address.\nExpected something like http://127.0.0.1:8000/v1');
  }
  if (url.username !== '' || url.password !== '') {
    throw fatal(
      `The base URL of ${url.host} holds a user or a password.\nPut the key into a variable and name it as api_key_env.`,
    );
  }
  url.pathname = url.pathname.replace(/\/+$/, '').replace(/\/chat\/completions$/, '');
  if (addVersion && !/\/v\d+[a-z]*$/.test(url.pathname))
    url.pathname = `${url.pathname.replace(/\/$/, '')}/v1`;
  url.pathname = url.pathname.replace(/\/+$/, '');
  url.hash = '';
  return url;
}

/** Without a scheme: TLS, unless it is a host of this network or names a port. */
function guessScheme(text: string): 'http' | 'https' {
  const url = URL.parse(`http://${text}`);
  return url !== null && (url.port !== '' || isNearHost(url.hostname)) ? 'http' : 'https';
}

interface KeyInput {
  readonly keyVariable: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly url: URL;
  readonly spec: ModelSpec;
}

function readKey({ keyVariable, environment, url, spec }: KeyInput): string | null {
  if (keyVariable === null) return null;
  const key = environment[keyVariable]?.trim() ?? '';
  if (key === '' && (spec.provider === 'vllm' || isNearHost(url.hostname))) return null;
  if (key === '') {
    throw fatal(
      `The environment variable ${keyVariable} is not set; ${url.host} needs a key.\nPut ${keyVariable}=… into .env or export it.`,
    );
  }
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw fatal(
      `The key in ${keyVariable} holds spaces, line breaks or letters that a header cannot.\nCopy it again.`,
    );
  }
  return key;
}

/** This machine, its network, or a container's neighbour: servers there often want no key. */
export function isNearHost(hostname: string): boolean {
  if (!hostname.includes('.')) return true;
  if (/\.(local|localhost|internal|lan)$/.test(hostname)) return true;
  return /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|0\.0\.0\.0$)/.test(hostname);
}

function fatal(message: string): ModelError {
  return new ModelError(message, { fault: 'fatal' });
}
