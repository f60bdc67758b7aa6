import { existsSync } from 'node:fs';
import { ConfigError } from '../core/errors.ts';
import { absolutePath } from './configPaths.ts';
import type { LoadedConfig } from './loadConfig.ts';

/** What vLLM loads (a hub id or an absolute folder), and the name that requests have for it. */
export interface ServedModel {
  readonly name: string;
  readonly weights: string;
}

/** The one base model that a configuration's vLLM servers serve. */
export function servedModel(config: LoadedConfig): ServedModel {
  const { inference, suite } = config.values;
  const names = (suite.models ?? [{}])
    .filter((entry) => (entry.provider ?? inference.provider) === 'vllm')
    .map((entry) => entry.model_name ?? inference.model_name);
  const [name, ...others] = [...new Set(names)];
  if (name === undefined) {
    throw new ConfigError(
      'There is no model with provider vllm in this configuration, so there is no server to start.',
    );
  }
  if (others.length > 0) {
    throw new ConfigError(
      `Started servers serve one base model, this configuration names ${[name, ...others].join(', ')}.\n` +
        'Run them one after the other, or serve them with bench serve-vllm and name their ports in suite.models.',
    );
  }
  const folder = absolutePath(config, 'inference.model_name', name);
  return { name, weights: existsSync(folder) && /[./~]/.test(name.charAt(0)) ? folder : name };
}
