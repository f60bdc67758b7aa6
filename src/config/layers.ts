import { ConfigError } from '../core/errors.ts';

/** Where a value was written, for messages, and the folder its relative paths start at. */
export interface Origin {
  readonly place: string;
  readonly folder: string;
}

/** One source of values; `origins` are by dotted path. */
export interface Layer {
  readonly values: Readonly<Record<string, unknown>>;
  readonly origins: ReadonlyMap<string, Origin>;
}

/** Two layers merged: what `over` says wins. A section left empty (`inference:` and nothing below) keeps its defaults. */
export function mergeLayers(base: Layer, over: Layer, defaults: unknown): Layer {
  const values = mergeValues({ base: base.values, over: over.values, defaults });
  return { values: isMapping(values) ? values : {}, origins: new Map([...base.origins, ...over.origins]) };
}

/** A layer with one value, as a flag or a variable sets it; `base` is what it will be merged over. */
export function layerOf(entry: { key: string; value: unknown; origin: Origin; base: Layer }): Layer {
  const path = entry.key.split('.');
  if (path.some((part) => part === '')) {
    throw new ConfigError(
      `${entry.origin.place}: "${entry.key}" is not a key; expected one such as inference.max_iter.`,
    );
  }
  const values = nest(path, { value: entry.value, base: entry.base.values });
  return { values: isMapping(values) ? values : {}, origins: new Map([[entry.key, entry.origin]]) };
}

/** Where a key was written; the nearest place above it when it was not written itself; null for a default. */
export function originOf(path: readonly PropertyKey[], { origins }: Layer): Origin | null {
  for (let length = path.length; length > 0; length -= 1) {
    const origin = origins.get(path.slice(0, length).map(String).join('.'));
    if (origin !== undefined) return origin;
  }
  return null;
}

/** The same as the beginning of a message: `config.yaml:7: ` or nothing. */
export function placeOf(path: readonly PropertyKey[], layer: Layer): string {
  const origin = originOf(path, layer);
  return origin === null ? '' : `${origin.place}: `;
}

/** A plain mapping, not a list and not null. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a dotted path, or undefined. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = Reflect.get(current, key);
  }
  return current;
}

interface Merge {
  readonly base: unknown;
  readonly over: unknown;
  readonly defaults: unknown;
}

function mergeValues({ base, over, defaults }: Merge): unknown {
  if (over === null && isMapping(defaults)) return base;
  if (!isMapping(base) || !isMapping(over)) return over;
  const merged = Object.entries(over).map(([key, value]): [string, unknown] => {
    const inBase = Object.hasOwn(base, key);
    const below = isMapping(defaults) && Object.hasOwn(defaults, key) ? defaults[key] : undefined;
    return [key, inBase ? mergeValues({ base: base[key], over: value, defaults: below }) : value];
  });
  return Object.fromEntries([...Object.entries(base), ...merged]);
}

function nest(path: readonly string[], { value, base }: { value: unknown; base: unknown }): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  if (Array.isArray(base) && /^\d+$/.test(head) && Number(head) < base.length) {
    const before: unknown = base[Number(head)];
    const changed = nest(rest, { value, base: before });
    const merged = mergeValues({ base: before, over: changed, defaults: undefined });
    return base.map((item: unknown, index) => (index === Number(head) ? merged : item));
  }
  const below = isMapping(base) && Object.hasOwn(base, head) ? base[head] : undefined;
  return Object.fromEntries([[head, nest(rest, { value, base: below })]]);
}
