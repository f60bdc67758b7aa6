import type { Hash } from 'node:crypto';

/** Yields the lines of a byte stream as text, feeding every byte to the hash. Only `\n` ends a line: rows may hold any other separator. */
export async function* readLines(source: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<string> {
  let pending: Buffer[] = [];
  for await (const chunk of source) {
    hash.update(chunk);
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...pending, chunk.subarray(start, end)]).toString('utf8');
      pending = [];
      start = end + 1;
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
  }
  if (pending.length > 0) yield Buffer.concat(pending).toString('utf8');
}
