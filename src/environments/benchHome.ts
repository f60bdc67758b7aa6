import { homedir } from 'node:os';
import { join } from 'node:path';

/** The one folder for all state on this machine; safe to delete. */
export function benchHome(): string {
  return (
    process.env['BENCH_HOME'] || join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'triathlon')
  );
}

/** The repository's or package's `resources` folder. */
export function resourcesFolder(): string {
  return join(import.meta.dirname, '..', '..', 'resources');
}
