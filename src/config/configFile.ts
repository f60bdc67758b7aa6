import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { isBucketUrl, readBucketFile } from '../storage/index.ts';
import { isMapping } from './layers.ts';
import type { Layer } from './layers.ts';
import { parseYaml } from './yamlText.ts';

const whereToFindOne = 'bench get-config writes a documented one.';

/** A configuration file: its name, and its text where that was read before. */
export interface ConfigFile {
  readonly path: string;
  readonly text?: string | undefined;
}

/** Reads a configuration file as one layer. Relative paths in one of a bucket start at the working folder. */
export function readConfigFile({ path, text }: ConfigFile, cwd: string): Layer {
  const absolute = resolve(cwd, path);
  const { value, lines } = parseYaml(text ?? readText(absolute, path), path);
  if (value === null || value === undefined) {
    throw new ConfigError(`${path}: expected a mapping of keys, found an empty file; ${whereToFindOne}`);
  }
  if (!isMapping(value)) {
    const found = Array.isArray(value) ? 'a list' : 'a single value';
    throw new ConfigError(`${path}: expected a mapping of keys, found ${found}; ${whereToFindOne}`);
  }
  const folder = isBucketUrl(path) ? cwd : dirname(absolute);
  const origins = [...lines].map(([key, line]) => [key, { place: `${path}:${line}`, folder }] as const);
  return { values: value, origins: new Map(origins) };
}

/** The text of a configuration file of this machine or of a bucket. */
export async function readConfigText(path: string, cwd: string): Promise<string> {
  if (!isBucketUrl(path)) return readText(resolve(cwd, path), path);
  const bytes = await readBucketFile(path);
  if (bytes === null) throw new ConfigError(`${path}: expected a config file, found none; ${whereToFindOne}`);
  try {
    return decode(bytes);
  } catch (cause) {
    throw new ConfigError(`${path}: ${whyUnreadable(cause)}`, { cause });
  }
}

function readText(absolute: string, path: string): string {
  try {
    return decode(readFileSync(absolute));
  } catch (cause) {
    throw new ConfigError(`${path}: ${whyUnreadable(cause)}`, { cause });
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
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
