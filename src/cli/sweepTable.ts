import type { LoadedConfig } from '../config/loadConfig.ts';
import { ConfigError } from '../core/errors.ts';
import { comparisonOf } from './compare.ts';

/** Does the configuration run adapters beside their base? */
export function isSweep(config: LoadedConfig): boolean {
  const { lora_ckpts_dir: folder, lora_base: withBase } = config.values.inference;
  return folder !== null && withBase;
}

/** What a sweep ends in: each adapter against the base. Empty while there is nothing to pair. */
export async function sweepTable(config: LoadedConfig, folders: readonly string[]): Promise<string> {
  const base = config.values.inference.model_name;
  try {
    return `\nAgainst ${base}\n${await comparisonOf(folders, { base, json: false })}`;
  } catch (error) {
    if (error instanceof ConfigError) return '';
    throw error;
  }
}
