import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { readConfigFile, readConfigText } from './configFile.ts';
import { readEnvironmentFile } from './environmentFile.ts';
import type { Variables } from './environmentFile.ts';
import { configErrorOf } from './explainIssues.ts';
import { isMapping, layerOf, mergeLayers } from './layers.ts';
import type { Layer } from './layers.ts';
import type { Override } from './overrides.ts';
import { resourcePath } from './resources.ts';
import { configSchema } from './schema.ts';
import type { Config } from './schema.ts';
import { refuseSecrets } from './secrets.ts';
import { parseYaml } from './yamlText.ts';

/** Where a configuration comes from: a file, or the config itself as plain data; neither means all defaults. */
export interface ConfigSource {
  readonly path?: string | undefined;
  /** What is in that file, where it was read before. */
  readonly text?: string | undefined;
  readonly document?: unknown;
  readonly overrides?: readonly Override[] | undefined;
  readonly environment?: Variables | undefined;
  readonly cwd?: string | undefined;
}

/** A checked configuration: every key present, and where each value was written. */
export interface LoadedConfig {
  readonly values: Config;
  readonly written: Layer;
  readonly defaults: unknown;
  /** The file's name without its ending; null when there was no file. */
  readonly name: string | null;
  readonly cwd: string;
  /** process.env and .env. */
  readonly environment: Variables;
}

/** Loads and checks a configuration: defaults < file < environment and .env < flags. Throws ConfigError only. */
export function loadConfig(source: ConfigSource): LoadedConfig {
  const cwd = source.cwd ?? process.cwd();
  const given = source.environment ?? process.env;
  const environment = { ...readEnvironmentFile(cwd, given), ...given };
  const defaults = readDefaults();
  let written: Layer = { values: defaults, origins: new Map() };
  written = mergeLayers(written, readSource(source, cwd), defaults);
  for (const entry of [...environmentValues(environment), ...(source.overrides ?? [])]) {
    const origin = { place: entry.flag, folder: cwd };
    written = mergeLayers(written, layerOf({ ...entry, origin, base: written }), defaults);
  }
  refuseSecrets(written);
  const checked = configSchema.safeParse(written.values);
  if (!checked.success) throw configErrorOf(checked.error.issues, written, defaults);
  const name = source.path === undefined ? null : basename(source.path, extname(source.path));
  return { values: checked.data, written, defaults, name, cwd, environment };
}

/** The same of a file that may be in a bucket; a StorageError says what is wrong with that. */
export async function openConfig(source: ConfigSource): Promise<LoadedConfig> {
  const { path, cwd = process.cwd() } = source;
  if (path === undefined) return loadConfig(source);
  return loadConfig({ ...source, text: await readConfigText(path, cwd) });
}

function readSource({ path, text, document }: ConfigSource, cwd: string): Layer {
  if (path !== undefined) return readConfigFile({ path, text }, cwd);
  const values = document ?? {};
  if (!isMapping(values)) throw new ConfigError('config: expected a mapping of keys, found something else.');
  const origin = { place: 'config', folder: cwd };
  return { values, origins: new Map(Object.keys(values).map((key) => [key, origin])) };
}

function readDefaults(): Readonly<Record<string, unknown>> {
  const path = resourcePath('config_default.yaml');
  const { value } = parseYaml(readFileSync(path, 'utf8'), path);
  if (!isMapping(value))
    throw new ConfigError(`${path}: expected the defaults, found something else; reinstall.`);
  return value;
}

/** Variables that set a key. Those that hold keys or addresses of models are read when a request is made. */
function environmentValues(environment: Variables): Override[] {
  const keys = { TEMPORAL_ADDRESS: 'temporal.address', TEMPORAL_NAMESPACE: 'temporal.namespace' };
  return Object.entries(keys).flatMap(([name, key]) => {
    const value = environment[name];
    return value === undefined || value === '' ? [] : [{ key, value, flag: `variable ${name}` }];
  });
}
