import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';

/** What a run has taken up to a moment, in seconds and bytes; over all the times that it was taken up again. */
export interface Costs {
  readonly items: number;
  readonly seconds: number;
  readonly worker: number;
  readonly server: number;
  readonly database: number;
  readonly bytes: number;
}

export interface Notes {
  readonly latest: Costs;
  /** A line of the table each: costs at its end, and the most memory that a worker had since the one before. */
  readonly lines: readonly { readonly until: Costs; readonly memory: number }[];
}

const nothing: Costs = { items: 0, seconds: 0, worker: 0, server: 0, database: 0, bytes: 0 };

export async function readNotes(path: string): Promise<Notes> {
  if (!existsSync(path)) return { latest: nothing, lines: [] };
  return JSON.parse(await readFile(path, 'utf8')) as Notes;
}

/** Whole or not at all: the measurement may be stopped at any moment. */
export async function writeNotes(path: string, notes: Notes): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(notes));
  await rename(`${path}.new`, path);
}

/** What was taken before, and since this process looked first. */
export function addCosts(before: Costs, first: Costs, now: Costs): Costs {
  return {
    items: now.items,
    seconds: before.seconds + now.seconds - first.seconds,
    worker: before.worker + now.worker - first.worker,
    server: before.server + now.server - first.server,
    database: before.database + now.database - first.database,
    bytes: before.bytes + now.bytes - first.bytes,
  };
}

export const heading = line([
  'items',
  'items/s',
  'worker CPU',
  'server CPU',
  'database CPU',
  'worker memory',
  'database/item',
]);

/** The table's line for the items from the line before it on. */
export function describeLine({ lines }: Notes, place: number): string {
  const { until, memory } = lines[place] ?? { until: nothing, memory: 0 };
  const from = lines[place - 1]?.until ?? nothing;
  const items = until.items - from.items;
  const each = (part: 'worker' | 'server' | 'database'): string =>
    `${((1000 * (until[part] - from[part])) / items).toFixed(1)} ms`;
  return line([
    until.items,
    (items / (until.seconds - from.seconds)).toFixed(1),
    each('worker'),
    each('server'),
    each('database'),
    `${(memory / 1e6).toFixed(0)} MB`,
    `${((until.bytes - from.bytes) / items / 1000).toFixed(1)} kB`,
  ]);
}

function line(cells: readonly (string | number)[]): string {
  return `${cells.map((cell) => String(cell).padStart(14)).join('')}\n`;
}
