import { ConfigError } from '../core/errors.ts';
import { parseYaml } from './yamlText.ts';

/** One value set by a flag; plain data, so that it can travel in a workflow's input. */
export interface Override {
  /** Dotted key, e.g. `inference.max_iter` or `suite.models.0.model_name`. */
  readonly key: string;
  readonly value: unknown;
  /** The flag as the user knows it, for messages. */
  readonly flag: string;
}

/** Reads `key=value` as given to --set; the value is YAML, so that `3`, `true`, `null` and `[a, b]` have their types. */
export function parseSetFlag(text: string): Override {
  const equals = text.indexOf('=');
  const key = text.slice(0, Math.max(equals, 0)).trim();
  if (equals === -1 || key === '') {
    throw new ConfigError(
      `--set: expected key=value such as inference.max_iter=3, found ${JSON.stringify(text)}.`,
    );
  }
  const { value } = parseYaml(text.slice(equals + 1), `--set ${key}`);
  return { key, value: value ?? null, flag: `--set ${key}` };
}
