import { createHash } from 'node:crypto';

/** The same items in an order that depends only on their keys and the seed, not on how they came. */
export function seededOrder<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  seed: string,
): readonly Item[] {
  const keyed = items.map((item) => ({ item, rank: rankOf(keyOf(item), seed) }));
  keyed.sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  return keyed.map(({ item }) => item);
}

function rankOf(key: string, seed: string): string {
  return createHash('sha256').update(`${seed}\0${key}`).digest('hex');
}
