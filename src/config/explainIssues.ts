import type { z } from 'zod';
import { ConfigError } from '../core/errors.ts';
import { isMapping, placeOf, valueAt } from './layers.ts';
import type { Layer } from './layers.ts';
import { hintForKey, nearest } from './nearestKey.ts';
import type { KnownKeys } from './nearestKey.ts';
import { suiteModelKeys } from './schema.ts';
import { looksLikeSecret } from './secrets.ts';

const linesShown = 3;

/** One ConfigError of at most three lines: where, which key, what was expected, what was found. */
export function configErrorOf(
  issues: readonly z.core.$ZodIssue[],
  merged: Layer,
  defaults: unknown,
): ConfigError {
  const known = knownKeys(defaults);
  const lines = issues.flatMap((issue) => explain(issue, { merged, known }));
  const shown = lines.length > linesShown ? lines.slice(0, linesShown - 1) : lines;
  const more = lines.length - shown.length;
  return new ConfigError([...shown, ...(more > 0 ? [`… and ${more} more of this kind.`] : [])].join('\n'));
}

/** A value as a message shows it: short, on one line, and never a secret. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (isMapping(value)) return 'a mapping';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return typeof value;
  if (looksLikeSecret(value)) return 'text that looks like a secret';
  const short = value.length > 40 ? `${value.slice(0, 40)}…` : value;
  return JSON.stringify(short.replace(/\/\/[^/@\s]*@/, '//…@'));
}

interface Context {
  readonly merged: Layer;
  readonly known: KnownKeys;
}

function explain(issue: z.core.$ZodIssue, { merged, known }: Context): string[] {
  if (issue.code === 'unrecognized_keys') {
    const section = issue.path.filter((part) => typeof part !== 'number').join('.');
    return issue.keys.map((key) => {
      const full = [...issue.path, key];
      const hint = hintForKey(key, { section, known });
      return `${placeOf(full, merged)}unknown key ${nameOf(full)}; ${hint}`;
    });
  }
  const found = valueAt(merged.values, issue.path);
  const values =
    issue.code === 'invalid_value' ? issue.values.filter((value) => typeof value === 'string') : [];
  const near = typeof found === 'string' ? nearest(found, values) : null;
  const hint = near === null ? '' : ` Did you mean ${near}?`;
  return [
    `${placeOf(issue.path, merged)}${nameOf(issue.path)} must be ${issue.message}; found ${showValue(found)}.${hint}`,
  ];
}

function nameOf(path: readonly PropertyKey[]): string {
  const name = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return name.replace(/^\./, '').replace(/[\p{Cc}]/gu, '?');
}

function knownKeys(defaults: unknown): KnownKeys {
  const known = new Map<string, readonly string[]>([['suite.models', suiteModelKeys]]);
  const visit = (value: unknown, path: readonly string[]): void => {
    if (!isMapping(value) || path.at(-1) === 'model_args') return;
    known.set(path.join('.'), Object.keys(value));
    for (const [key, below] of Object.entries(value)) visit(below, [...path, key]);
  };
  visit(defaults, []);
  known.set('inference.prices', ['input_per_million', 'output_per_million']);
  return known;
}
