import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { ConfigError } from '../core/errors.ts';
import { engineVersion } from '../models/serving/embedded/bringEngine.ts';
import { findKnown, keptWeights, knownNames } from '../models/serving/embedded/knownWeights.ts';
import { localPath } from './configPaths.ts';
import { placeOf } from './layers.ts';
import type { LoadedConfig } from './loadConfig.ts';
import { nearest } from './nearestKey.ts';

/** A model of the configuration that the embedded engine serves. */
export interface EmbeddedMember {
  /** The key that takes its server's address. */
  readonly addressKey: string;
  readonly model: string;
  readonly weights: string;
  readonly smoke: boolean;
}

/** The embedded models that need a server: those whose address nobody gave. */
export function embeddedMembers(config: LoadedConfig): EmbeddedMember[] {
  const { inference, suite } = config.values;
  if (inference.check_ground_truth) return [];
  const entries = suite.models?.map((entry, index) => ({ entry, at: `suite.models.${index}` }));
  return (entries ?? [{ entry: {}, at: 'inference' }]).flatMap(({ entry, at }) => {
    const inherits = (entry.provider ?? inference.provider) === inference.provider;
    const address = entry.base_url ?? (inherits ? inference.base_url : null);
    const isOurs = (entry.provider ?? inference.provider) === 'embedded' && address === null;
    const smoke = entry.smoke === true;
    if (!isOurs || (smoke && !suite.smoke)) return [];
    const model = entry.model_name ?? inference.model_name;
    return [{ addressKey: `${at}.base_url`, model, weights: ggufOf(config, { model, at }), smoke }];
  });
}

/** The GGUF file that a model's name stands for. Throws ConfigError where there is none. */
export function ggufOf(config: LoadedConfig, { model, at }: { model: string; at: string }): string {
  const known = findKnown(model);
  if (known !== null) return keptWeights(model, known);
  const key = `${at}.model_name`;
  const place = `${placeOf(key.split('.'), config.written)}${key}`;
  const path = localPath(config, key, model);
  if (!existsSync(path)) {
    const near = nearest(model, knownNames);
    throw new ConfigError(
      `${place}: there is no GGUF file ${path}, and no model is known by that name.\n` +
        `Name a file, or one of ${knownNames.join(', ')}.${near === null ? '' : ` Did you mean ${near}?`}`,
    );
  }
  if (!statSync(path).isFile() || firstBytes(path) !== 'GGUF') {
    throw new ConfigError(`${place}: expected a GGUF file, found something else: ${path}`);
  }
  return path;
}

export interface EmbeddedSettings {
  /** With its version. */
  readonly engine: string;
  /** Tokens; null leaves it to the model. */
  readonly context_size: number | null;
  readonly threads: number;
}

/** What of the engine can change an answer. */
export function embeddedSettings(config: LoadedConfig): EmbeddedSettings {
  const { context_size, threads } = config.values.inference.embedded_args;
  // Sandboxes work on the same cores; threads that wait for each other there are slower than half as many.
  const half = Math.max(1, Math.floor(availableParallelism() / 2));
  return { engine: engineVersion(), context_size, threads: threads ?? half };
}

function firstBytes(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(4);
    readSync(file, bytes, 0, 4, 0);
    return bytes.toString('latin1');
  } finally {
    closeSync(file);
  }
}
