/**
 * Outcomes per second and memory of each kind of store: a folder on a disk, and buckets of real S3 servers of this
 * machine. `npm run benchmark:storage -- [at a time (64)] [outcomes (1000)] [outcomes (10000)] …`.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { renderPlainTable } from '../../src/report/plainTable.ts';
import { canStart, serverKinds, startS3Server } from '../../test/storage/s3Server.ts';
import type { StoreFigures } from './oneStore.ts';

const [atATime = 64, ...given] = process.argv.slice(2).map(Number);
const counts = given.length > 0 ? given : [1000, 10_000];

await main();

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-storage-'));
  const rows = await measure('a folder', folder);
  await rm(folder, { recursive: true });
  for (const kind of serverKinds) {
    if (!canStart(kind)) continue;
    const server = await startS3Server(kind);
    rows.push(...(await measure(`${kind}, s3://`, `s3://${server.bucket}`)));
    await server.stop();
  }
  const titles = ['store', 'outcomes', 'written/s', 'seen/s', 'listed in ms', 'read/s', 'most memory MB'];
  const columns = titles.map((title, index) => ({
    title,
    align: index === 0 ? ('left' as const) : ('right' as const),
  }));
  process.stdout.write(`Outcomes of 4 KB, ${atATime} at a time\n\n${renderPlainTable(columns, rows)}`);
}

/** Each number of outcomes in a process of its own. */
async function measure(name: string, place: string): Promise<string[][]> {
  const rows: string[][] = [];
  for (const count of counts) {
    const asked = [
      join(import.meta.dirname, 'oneStore.ts'),
      `${place}/${count}`,
      String(count),
      String(atATime),
    ];
    const { stdout } = await promisify(execFile)(process.execPath, asked);
    const seen = JSON.parse(stdout) as StoreFigures;
    const figures = [
      seen.writtenPerSecond,
      seen.seenPerSecond,
      seen.listedMilliseconds,
      seen.readPerSecond,
      seen.mostMegabytes,
    ];
    rows.push([name, String(count), ...figures.map((figure) => figure.toFixed(0))]);
    process.stderr.write(`${name}: ${count} done\n`);
  }
  return rows;
}
