import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigError } from '../core/errors.ts';

/** Variables by name, as in process.env. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The variables of `.env` in a folder that are not set already; none when there is no such file. */
export function readEnvironmentFile(folder: string, environment: Variables): Record<string, string> {
  const text = readIfThere(join(folder, '.env'));
  const missing = Object.entries(parseEnv(text)).filter(([name]) => environment[name] === undefined);
  return Object.fromEntries(missing.map(([name, value]) => [name, value ?? '']));
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : null;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return '';
    throw new ConfigError(
      `.env: this file cannot be read (${String(code)}); change its permissions or remove it.`,
      {
        cause,
      },
    );
  }
}
