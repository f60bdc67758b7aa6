import { closest, distance } from 'fastest-levenshtein';

/** What to say about an unknown key: the nearest known one, here or elsewhere, or what there is. */
export function hintForKey(key: string, { section, known }: { section: string; known: KnownKeys }): string {
  const siblings = known.get(section) ?? [];
  const near = nearest(key, siblings);
  if (near !== null) return `did you mean ${join(section, near)}?`;
  const elsewhere = [...known].flatMap(([other, keys]) => {
    const match = nearest(key, keys);
    return match === null ? [] : [{ path: join(other, match), distance: distance(key, match) }];
  });
  const best = elsewhere.toSorted((a, b) => a.distance - b.distance)[0];
  if (best !== undefined) return `did you mean ${best.path}?`;
  if (siblings.length === 0) return 'see bench get-config for all keys.';
  return `known here: ${siblings.slice(0, 12).join(', ')}${siblings.length > 12 ? ' …' : ''}.`;
}

/** The nearest of some words, when it is near enough to be a slip. */
export function nearest(word: string, words: readonly string[]): string | null {
  if (words.length === 0) return null;
  const match = closest(word.toLowerCase(), [...words]);
  const allowed = Math.max(1, Math.floor(Math.min(word.length, match.length) / 3));
  return distance(word.toLowerCase(), match.toLowerCase()) <= allowed ? match : null;
}

/** Keys by section; the top level is the section ''. */
export type KnownKeys = ReadonlyMap<string, readonly string[]>;

function join(section: string, key: string): string {
  return section === '' ? key : `${section}.${key}`;
}
