import { ConfigError } from '../core/errors.ts';
import { placeOf, valueAt } from './layers.ts';
import type { LoadedConfig } from './loadConfig.ts';

/** Values that a config may hold but that no run can use yet: throws one line for each, with what to set meanwhile. */
export function refuseWhatComesLater(config: LoadedConfig): void {
  const lines = laterValues
    .filter(({ key, applies }) => applies(valueAt(config.values, key.split('.'))))
    .map(({ key, what, meanwhile }) => {
      const value = what ?? String(valueAt(config.values, key.split('.')));
      return `${placeOf(key.split('.'), config.written)}${key}: ${value} comes in a later version; ${meanwhile}.`;
    });
  if (lines.length > 0) throw new ConfigError(lines.join('\n'));
}

interface LaterValue {
  readonly key: string;
  readonly applies: (value: unknown) => boolean;
  /** How the message calls the value; the value itself when absent. */
  readonly what?: string;
  readonly meanwhile: string;
}

const laterValues: readonly LaterValue[] = [
  { key: 'paths.prompts', applies: isBucket, what: 's3://…', meanwhile: 'set a local folder' },
  {
    key: 'inference.model_name',
    applies: isBucket,
    what: 's3://…',
    meanwhile: 'set the name the endpoint knows',
  },
];

function isBucket(value: unknown): boolean {
  return typeof value === 'string' && /^s3:\/\//i.test(value);
}
