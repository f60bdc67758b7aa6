import pLimit from 'p-limit';

/** Maps items a few at a time, in their order; after the first failure nothing more is begun. */
export async function mapLimited<Item, Result>(
  items: readonly Item[],
  slots: number,
  map: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const limit = pLimit(slots);
  try {
    return await Promise.all(items.map((item) => limit(() => map(item))));
  } finally {
    limit.clearQueue();
  }
}
