import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { processesWith } from '../../sandbox/support/processes.ts';
import { mountsUnder } from './disk.ts';
import { namespacesLeft } from './network.ts';

/** What is there and should not be, by kind. */
export type LeftOvers = Readonly<Record<string, readonly string[]>>;

/** What stopped parts have left: processes, temporary files, and markers of work in progress in the bucket. */
export async function lookForLeftOvers(folder: string, objects: string): Promise<LeftOvers> {
  const hosts = await readdir(join(folder, 'hosts'));
  const temporary = await Promise.all(
    hosts.map(async (host) =>
      (await readdir(join(folder, 'hosts', host, 'tmp'))).map((name) => `${host}: ${name}`),
    ),
  );
  const names = await readdir(objects, { recursive: true });
  return {
    processes: [...new Set([...processesWith(folder, 'environ'), ...processesWith(folder)])].filter(
      (pid) => Number(pid) !== process.pid,
    ),
    'temporary files': temporary.flat(),
    'claims in the bucket': names.filter((name) => name.endsWith('.claimed')),
  };
}

/** What is left of hosts when they are given up. */
export async function lookForHosts(folder: string): Promise<LeftOvers> {
  return { mounts: await mountsUnder(folder), namespaces: await namespacesLeft() };
}
