import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { isMapping } from './layers.ts';
import type { Layer } from './layers.ts';
import { parseYaml } from './yamlText.ts';

const whereToFindOne = 'bench get-config writes a documented one.';

/** Reads a configuration file as one layer. */
export function readConfigFile(path: string, cwd: string): Layer {
  if (/^s3:\/\//i.test(path)) {
    throw new ConfigError(`${path}: a config in s3:// comes in a later version; copy it to a local file.`);
  }
  const absolute = resolve(cwd, path);
  const { value, lines } = parseYaml(readText(absolute, path), path);
  if (value === null || value === undefined) {
    throw new ConfigError(`${path}: expected a mapping of keys, found an empty file; ${whereToFindOne}`);
  }
  if (!isMapping(value)) {
    const found = Array.isArray(value) ? 'a list' : 'a single value';
    throw new ConfigError(`${path}: expected a mapping of keys, found ${found}; ${whereToFindOne}`);
  }
  const folder = dirname(absolute);
  const origins = [...lines].map(([key, line]) => [key, { place: `${path}:${line}`, folder }] as const);
  return { values: value, origins: new Map(origins) };
}

function readText(absolute: string, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(absolute));
  } catch (cause) {
    throw new ConfigError(`${path}: ${whyUnreadable(cause)}`, { cause });
  }
}

function whyUnreadable(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  if (code === 'ENOENT' || code === 'ENOTDIR') return `expected a config file, found none; ${whereToFindOne}`;
  if (code === 'EISDIR') return 'expected a config file, found a folder; name the file in it.';
  if (code === 'EACCES' || code === 'EPERM')
    return 'this config file may not be read; change its permissions.';
  if (cause instanceof TypeError) return 'expected text in UTF-8, found something else.';
  return `this config file cannot be read: ${String(code ?? cause)}.`;
}
