import { join } from 'node:path';

/** The repository's or package's `resources` folder. */
export function resourcesFolder(): string {
  return join(import.meta.dirname, '..', '..', 'resources');
}
