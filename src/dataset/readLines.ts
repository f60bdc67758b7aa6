import type { Hash } from 'node:crypto';

/** A line's text; null for a line that is longer than the limit, of which nothing is kept. */
export interface Line {
  readonly text: string | null;
  readonly bytes: number;
}

/** Yields the lines of a byte stream, feeding every byte to the hash. Only `\n` ends a line: rows may hold any other separator. */
export async function* readLines(
  source: AsyncIterable<Buffer>,
  { hash, longestBytes }: { readonly hash: Hash; readonly longestBytes: number },
): AsyncGenerator<Line> {
  let pending: Buffer[] = [];
  let bytes = 0;
  const add = (part: Buffer): void => {
    bytes += part.length;
    if (bytes <= longestBytes) pending.push(part);
    else pending = [];
  };
  const take = (): Line => {
    const text = bytes <= longestBytes ? Buffer.concat(pending).toString('utf8') : null;
    const line = { text, bytes };
    pending = [];
    bytes = 0;
    return line;
  };
  for await (const chunk of source) {
    hash.update(chunk);
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      add(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (bytes > 0) yield take();
}
