import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Whether a name is the path of a YAML file, not the name of a shipped one. */
export function isYamlPath(named: string): boolean {
  return /\/|\.ya?ml$/.test(named);
}

/** A YAML file's name without folders and ending; a shipped one's name as it is. */
export function yamlName(named: string): string {
  return basename(named).replace(/\.ya?ml$/, '');
}

/** Absolute path of a file shipped under resources/. */
export function resourcePath(...parts: string[]): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'resources', 'config_default.yaml')) && dirname(folder) !== folder) {
    folder = dirname(folder);
  }
  return join(folder, 'resources', ...parts);
}
