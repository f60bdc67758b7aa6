/** What one store takes, in a process of its own so that its memory is known: PLACE OUTCOMES AT_A_TIME; prints JSON. */
import { randomBytes } from 'node:crypto';
import { openStore } from '../../src/storage/index.ts';

/** What was seen of a store. */
export interface StoreFigures {
  readonly writtenPerSecond: number;
  readonly seenPerSecond: number;
  readonly listedMilliseconds: number;
  readonly readPerSecond: number;
  readonly mostMegabytes: number;
}

/** About what an outcome of one turn has. */
const outcomeBytes = 4096;
const [place = '', outcomes = '0', atATime = '64'] = process.argv.slice(2);
const count = Number(outcomes);

process.stdout.write(JSON.stringify(await measure(place)));

/** Written, written a second time (which a resumed run does, and which must change nothing), listed, and read. */
async function measure(at: string): Promise<StoreFigures> {
  const store = openStore(at);
  const body = randomBytes(outcomeBytes / 2).toString('hex');
  const writtenPerSecond = await rate((key) => store.putOnce(key, body), true);
  const seenPerSecond = await rate((key) => store.putOnce(key, body), false);
  const started = performance.now();
  const listed = await store.list('outcomes');
  const listedMilliseconds = performance.now() - started;
  if (listed.length !== count) throw new Error(`${at}: ${listed.length} of ${outcomes} are listed.`);
  const readPerSecond = await rate(async (key) => (await store.get(key))?.toString() === body, true);
  const mostMegabytes = process.resourceUsage().maxRSS / 1024;
  return { writtenPerSecond, seenPerSecond, listedMilliseconds, readPerSecond, mostMegabytes };
}

/** Nothing is kept of what is done, so that the memory is the store's own. */
async function rate<T>(work: (key: string) => Promise<T>, expected: T): Promise<number> {
  const started = performance.now();
  let next = 0;
  const goOn = async (): Promise<void> => {
    while (next < count) {
      const key = keyOf(next++);
      const found = await work(key);
      if (found !== expected)
        throw new Error(`${key}: expected ${String(expected)}, found ${String(found)}.`);
    }
  };
  await Promise.all(Array.from({ length: Number(atATime) }, goOn));
  return (count * 1000) / (performance.now() - started);
}

function keyOf(index: number): string {
  return `outcomes/item-${index}.json`;
}
