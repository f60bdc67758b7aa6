import { homedir } from 'node:os';
import { join } from 'node:path';

/** The one folder for all machine state; safe to delete when nothing runs. */
export function benchHome(environment = process.env) {
  if (environment.BENCH_HOME) return environment.BENCH_HOME;
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'triathlon');
}
