import { ConfigError } from '../core/errors.ts';
import { isMapping, placeOf } from './layers.ts';
import type { Layer } from './layers.ts';

const secretKeys =
  /^(api[-_]?key|apikey|x-api-key|authorization|password|secret|access[-_]?token|auth[-_]?token)$/i;
const secretValues = [
  /(^|[\s"'=])(sk-[\w-]{16,}|(hf|gsk|ghp|glpat|github_pat)[_-][A-Za-z0-9]{20,}|xai-[A-Za-z0-9]{20,}|AKIA[A-Z0-9]{12,})/,
  /\bBearer\s+\S{8,}/i,
  /^https?:\/\/\S*[?&](api[-_]?key|key|token)=\S/i,
];

/** Refuses a config that holds a key: configs are copied, shared and stored with results. */
export function refuseSecrets(layer: Layer): void {
  visit(layer.values, [], (path) => {
    const name = path.map(String).join('.');
    throw new ConfigError(
      `${placeOf(path, layer)}${name} holds a key (a secret), and configs are stored with the results.\n` +
        'Put it into an environment variable or .env, and name that variable: api_key_env: MY_API_KEY',
    );
  });
}

/** Does a text have the form of a well-known kind of secret? */
export function looksLikeSecret(value: string): boolean {
  return secretValues.some((pattern) => pattern.test(value));
}

function visit(
  value: unknown,
  path: readonly PropertyKey[],
  refuse: (path: readonly PropertyKey[]) => void,
): void {
  const key = String(path.at(-1) ?? '');
  if (typeof value === 'string' && (looksLikeSecret(value) || (secretKeys.test(key) && value !== '')))
    refuse(path);
  if (Array.isArray(value))
    for (const [index, item] of value.entries()) visit(item, [...path, index], refuse);
  if (isMapping(value))
    for (const [name, item] of Object.entries(value)) visit(item, [...path, name], refuse);
}
