import { existsSync, readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { originOf, placeOf, valueAt } from './layers.ts';
import type { LoadedConfig } from './loadConfig.ts';
import { resourcePath } from './resources.ts';

const shippedEnding = '.jsonl.gz';
const shippedSets: Readonly<Record<string, string>> = { django: 'django-4.0.4' };

/** Absolute path of the dataset, and whether it is the shipped one because none was named. */
export function datasetPath(config: LoadedConfig): { path: string; substitute: boolean } {
  const named = config.values.data.path;
  if (named === null) {
    const name = shippedSets[config.values.repository] ?? config.values.repository;
    return { path: resourcePath('datasets', name + shippedEnding), substitute: true };
  }
  const local = absolutePath(config, 'data.path', named);
  if (existsSync(local)) return { path: local, substitute: false };
  const sets = shippedNames();
  if (sets.includes(named))
    return { path: resourcePath('datasets', named + shippedEnding), substitute: false };
  throw new ConfigError(
    `${placeOf(['data', 'path'], config.written)}data.path: no such file or folder: ${local}\n` +
      `Name a .jsonl or .jsonl.gz file, or a shipped set: ${sets.join(', ') || 'none here'}.`,
  );
}

/** Absolute path of the folder of edited prompts, or null for the shipped ones. */
export function promptsFolder(config: LoadedConfig): string | null {
  const named = config.values.paths.prompts;
  if (named === null) return null;
  const folder = absolutePath(config, 'paths.prompts', named);
  if (existsSync(folder) && statSync(folder).isDirectory()) return folder;
  throw new ConfigError(
    `${placeOf(['paths', 'prompts'], config.written)}paths.prompts: no such folder: ${folder}\n` +
      'bench get-prompts DIR writes the shipped prompts into a folder for editing.',
  );
}

/** A path as it was written, made absolute: from the file's folder, or from the working folder for flags. */
export function absolutePath(config: LoadedConfig, key: string, path: string): string {
  return resolve(originOf(key.split('.'), config.written)?.folder ?? config.cwd, path);
}

/** Does a value differ from its default? */
export function differsFromDefault(config: LoadedConfig, key: string): boolean {
  const path = key.split('.');
  return (
    JSON.stringify(valueAt(config.written.values, path)) !== JSON.stringify(valueAt(config.defaults, path))
  );
}

function shippedNames(): string[] {
  const folder = resourcePath('datasets');
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith(shippedEnding));
  return files.map((file) => file.slice(0, -shippedEnding.length)).toSorted();
}
