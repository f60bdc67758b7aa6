/** Applies a step to each value, a few at a time, and yields the results in the values' order. */
export async function* mapInOrder<From, To>(
  values: AsyncIterable<From> | Iterable<From>,
  ahead: number,
  step: (value: From) => Promise<To>,
): AsyncGenerator<To> {
  const open: Promise<To>[] = [];
  try {
    for await (const value of values) {
      const result = step(value);
      // Waited for later, in order: until then a failure must not count as unhandled.
      result.catch(() => undefined);
      open.push(result);
      if (open.length < ahead) continue;
      const first = open.shift();
      if (first !== undefined) yield await first;
    }
    for (let first = open.shift(); first !== undefined; first = open.shift()) yield await first;
  } finally {
    await Promise.allSettled(open);
  }
}
