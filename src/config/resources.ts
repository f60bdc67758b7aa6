import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Absolute path of a file shipped under resources/. */
export function resourcePath(...parts: string[]): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'resources', 'config_default.yaml')) && dirname(folder) !== folder) {
    folder = dirname(folder);
  }
  return join(folder, 'resources', ...parts);
}
