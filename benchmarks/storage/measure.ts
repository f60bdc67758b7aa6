/**
 * Outcomes per second and memory of each kind of store: a folder on a disk, and a bucket on a real S3 server of this
 * machine. `npm run benchmark:storage -- [outcomes (10000)] [at a time (64)]`.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mapLimited } from '../../src/dataset/mapLimited.ts';
import type { ResultStore } from '../../src/ports/resultStore.ts';
import { renderPlainTable } from '../../src/report/plainTable.ts';
import { openStore } from '../../src/storage/index.ts';
import { canStart, serverKinds, startS3Server } from '../../test/storage/s3Server.ts';

/** About what an outcome of one turn has. */
const outcomeBytes = 4096;
const [outcomes = 10_000, atATime = 64] = process.argv.slice(2).map(Number);
const keys = Array.from({ length: outcomes }, (_, index) => `outcomes/item-${index}.json`);
const body = randomBytes(outcomeBytes / 2).toString('hex');

await main();

async function main(): Promise<void> {
  const rows: string[][] = [];
  const folder = await mkdtemp(join(tmpdir(), 'bench-storage-'));
  rows.push(await measure('a folder', openStore(folder)));
  await rm(folder, { recursive: true });
  for (const kind of serverKinds) {
    if (!canStart(kind)) continue;
    const server = await startS3Server(kind);
    rows.push(await measure(`${kind}, s3://`, openStore(`s3://${server.bucket}/run`)));
    await server.stop();
  }
  const titles = ['store', 'written/s', 'seen/s', 'listed in ms', 'read/s', 'most memory MB'];
  const columns = titles.map((title, index) => ({
    title,
    align: index === 0 ? ('left' as const) : ('right' as const),
  }));
  process.stdout.write(`${outcomes} outcomes of ${outcomeBytes} bytes, ${atATime} at a time\n\n`);
  process.stdout.write(renderPlainTable(columns, rows));
}

/** Written, written a second time (which a resumed run does, and which must change nothing), listed, and read. */
async function measure(name: string, store: ResultStore): Promise<string[]> {
  let most = 0;
  const look = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 50);
  const written = await rate((key) => store.putOnce(key, body), true);
  const seen = await rate((key) => store.putOnce(key, body), false);
  const started = performance.now();
  const listed = await store.list('outcomes');
  const listing = performance.now() - started;
  if (listed.length !== outcomes) throw new Error(`${name}: ${listed.length} of ${outcomes} are listed.`);
  const read = await rate(async (key) => (await store.get(key))?.length ?? 0, body.length);
  clearInterval(look);
  return [name, written, seen, listing.toFixed(0), read, (most / 2 ** 20).toFixed(0)];
}

async function rate<T>(work: (key: string) => Promise<T>, expected: T): Promise<string> {
  const started = performance.now();
  await mapLimited(keys, atATime, async (key) => {
    const found = await work(key);
    if (found !== expected) throw new Error(`${key}: expected ${String(expected)}, found ${String(found)}.`);
  });
  return ((outcomes * 1000) / (performance.now() - started)).toFixed(0);
}
