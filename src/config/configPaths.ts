import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { originOf, placeOf, valueAt } from './layers.ts';
import type { LoadedConfig } from './loadConfig.ts';
import { benchHome } from '../../setup/home.js';
import { isBucketUrl, isRemotePath, resolvePlace } from '../storage/index.ts';
import { nearest } from './nearestKey.ts';
import { isYamlPath, resourcePath, yamlName } from './resources.ts';

const setEndings = ['.jsonl.zst', '.jsonl.gz', '.jsonl'] as const;
/** The set that stands in where none is named, by repository. */
const usualSets: Readonly<Record<string, string>> = { django: 'django-4.0.4', sympy: 'sympy-1.14' };

/** Absolute path of the dataset, and whether it is the shipped one because none was named. */
export function datasetPath(config: LoadedConfig): { path: string; substitute: boolean } {
  const named = config.values.data.path;
  if (named === null) {
    const repository = yamlName(config.values.repository);
    const name = usualSets[repository] ?? repository;
    return { path: setPath(config, name), substitute: true };
  }
  if (isRemotePath(named)) return { path: named, substitute: false };
  const local = absolutePath(config, 'data.path', named);
  if (existsSync(local)) return { path: local, substitute: false };
  if (isHubId(named)) return { path: named.startsWith('hf://') ? named : `hf://${named}`, substitute: false };
  return { path: setPath(config, named), substitute: false };
}

/** `org/name[:configuration][@revision]`, and no file that somebody forgot. */
function isHubId(named: string): boolean {
  if (named.startsWith('hf://')) return true;
  return (
    /^[\w-][\w.-]*\/[\w-][\w.-]*(:[\w.-]+)?(@[\w./-]+)?$/.test(named) &&
    !/\.(jsonl?|gz|zst|parquet)$/.test(named)
  );
}

/** The file of a set that is named, shipped or built here; null when there is none. */
export function findDataset(name: string): string | null {
  if (!/^[\w.-]+$/.test(name)) return null;
  const folders = [resourcePath('datasets'), join(benchHome(), 'datasets')];
  const paths = folders.flatMap((folder) => setEndings.map((ending) => join(folder, name + ending)));
  return paths.find((path) => existsSync(path)) ?? null;
}

function setPath(config: LoadedConfig, name: string): string {
  const found = findDataset(name);
  if (found !== null) return found;
  const place = `${placeOf(['data', 'path'], config.written)}data.path`;
  const named = config.values.data.path;
  if (existsSync(resourcePath('datasets', `${name}.yaml`))) {
    throw new ConfigError(
      `${place}: the set ${name} is not built on this machine.\nBuild it: bench dataset build ${name}.`,
    );
  }
  const sets = setNames().join(', ') || 'none here';
  if (named === null) {
    throw new ConfigError(
      `${place}: there is no usual set for the repository ${name}.\nName a file of rows, or one of: ${sets}.`,
    );
  }
  throw new ConfigError(
    `${place}: no such file or folder: ${absolutePath(config, 'data.path', named)}\n` +
      `Name a file of rows (.jsonl, .json or .parquet; .gz or .zst of them), or one of the sets here: ${sets}.`,
  );
}

/** The name of a described repository, or the absolute path of a YAML file that describes one. */
export function repositoryOf(config: LoadedConfig): string {
  const named = config.values.repository;
  const isPath = isYamlPath(named);
  const path = isPath
    ? absolutePath(config, 'repository', named)
    : resourcePath('repositories', `${named}.yaml`);
  if (existsSync(path)) return isPath ? path : named;
  const names = readdirSync(resourcePath('repositories')).flatMap(
    (file) => /^(.+)\.yaml$/.exec(file)?.[1] ?? [],
  );
  const near = nearest(named, names);
  const hint = near === null ? '' : ` Did you mean ${near}?`;
  throw new ConfigError(
    `${placeOf(['repository'], config.written)}repository must be one of ${names.toSorted().join(', ')}, or the YAML file ` +
      `of one (docs/repositories.md); found "${named}".${hint}`,
  );
}

/** The folder of edited prompts, absolute or in a bucket; null for the shipped ones. */
export function promptsFolder(config: LoadedConfig): string | null {
  const named = config.values.paths.prompts;
  if (named === null) return null;
  if (isBucketUrl(named)) return resolvePlace(config.cwd, named);
  const folder = localPath(config, 'paths.prompts', named);
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

/** The same for what can be on this machine only. */
export function localPath(config: LoadedConfig, key: string, path: string): string {
  if (!isRemotePath(path)) return absolutePath(config, key, path);
  throw new ConfigError(
    `${placeOf(key.split('.'), config.written)}${key}: expected a path on this machine, found ${path}.\n` +
      'Bring it here first, and name it where it is then.',
  );
}

/** Does a value differ from its default? */
export function differsFromDefault(config: LoadedConfig, key: string): boolean {
  const path = key.split('.');
  return (
    JSON.stringify(valueAt(config.written.values, path)) !== JSON.stringify(valueAt(config.defaults, path))
  );
}

/** Names of the sets that are shipped or were built here, sorted. */
export function setNames(): string[] {
  const folders = [resourcePath('datasets'), join(benchHome(), 'datasets')];
  const files = folders.flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []));
  const names = files.flatMap((file) => {
    const ending = setEndings.find((each) => file.endsWith(each));
    return ending === undefined ? [] : file.slice(0, -ending.length);
  });
  return [...new Set(names)].toSorted();
}
