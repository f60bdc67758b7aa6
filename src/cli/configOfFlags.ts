import { loadConfig, type LoadedConfig } from '../config/loadConfig.ts';
import type { Override } from '../config/overrides.ts';

/** The configuration of a command that takes no file: the defaults, and the flags that were given. */
export function configOfFlags(flags: readonly Override[]): LoadedConfig {
  return loadConfig({ overrides: flags.filter(({ value }) => value !== undefined) });
}
