import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Attempt, Outcome } from '../core/records.ts';
import type { Row } from '../core/row.ts';
import type { ResultStore } from '../ports/resultStore.ts';
import { mapInOrder } from './mapInOrder.ts';
import { attemptSchema, outcomeSchema } from './recordSchemas.ts';

interface Named {
  readonly item: string;
}

/** One item of a run: its name and the dataset row it comes from. */
export interface RunItem {
  readonly item: string;
  readonly row: Row;
}

/** What the run's folder holds about an item. */
export type ItemState<Item extends Named = RunItem> = Item &
  (
    | { readonly kind: 'scored'; readonly outcome: Outcome }
    | { readonly kind: 'unscored'; readonly attempt: Pick<Attempt, 'error' | 'message' | 'endedAt'> }
    | { readonly kind: 'broken'; readonly key: string; readonly fault: string }
    | { readonly kind: 'pending' }
  );

/** Which outcomes and attempts exist at one moment; all figures of a summary are of that moment. */
export interface Snapshot {
  readonly outcomes: ReadonlySet<string>;
  /** Key of the last attempt by item. */
  readonly lastAttempts: ReadonlyMap<string, string>;
  /** Changes when a file is added; the files themselves never change. */
  readonly digest: string;
}

/** Lists what is there; holds names only. */
export async function takeSnapshot(store: ResultStore): Promise<Snapshot> {
  const outcomes = await store.list('outcomes');
  const attempts = await store.list('attempts');
  const lastAttempts = new Map<string, string>();
  for (const key of attempts) {
    const item = key.split('/')[1] ?? '';
    const earlier = lastAttempts.get(item);
    if (earlier === undefined || numberOf(key) > numberOf(earlier)) lastAttempts.set(item, key);
  }
  const hash = createHash('sha256');
  for (const key of [...outcomes, ...attempts]) hash.update(`${key}\n`);
  return { outcomes: new Set(outcomes), lastAttempts, digest: `sha256:${hash.digest('hex')}` };
}

/** Reads the items' records one after the other, in the order of the items, a few ahead. */
export function readItems<Item extends Named>(input: {
  readonly store: ResultStore;
  readonly snapshot: Snapshot;
  readonly items: AsyncIterable<Item> | Iterable<Item>;
  readonly samples: number;
}): AsyncGenerator<ItemState<Item>> {
  return mapInOrder(input.items, 8, (item) => readItem(input, item));
}

async function readItem<Item extends Named>(
  from: { readonly store: ResultStore; readonly snapshot: Snapshot; readonly samples: number },
  named: Item,
): Promise<ItemState<Item>> {
  const { item } = named;
  const key = outcomeKey(item);
  if (from.snapshot.outcomes.has(key)) {
    const found = parse(await from.store.get(key), outcomeSchema);
    const fault = 'fault' in found ? found.fault : faultOf(found.value, item, from.samples);
    if (fault === null && 'value' in found) return { ...named, kind: 'scored', outcome: found.value };
    return { ...named, kind: 'broken', key, fault: fault ?? 'unreadable' };
  }
  const attemptKey = from.snapshot.lastAttempts.get(item);
  if (attemptKey === undefined) return { ...named, kind: 'pending' };
  const found = parse(await from.store.get(attemptKey), attemptSchema);
  if ('value' in found) return { ...named, kind: 'unscored', attempt: found.value };
  return { ...named, kind: 'unscored', attempt: brokenAttempt(attemptKey, found.fault) };
}

/** Where an item's outcome is kept. */
export function outcomeKey(item: string): string {
  return `outcomes/${item}.json`;
}

/** JSON that was checked against its schema, or what is wrong with it, in a few words. */
export function parse<T>(
  bytes: Buffer | null,
  schema: z.ZodType<T>,
): { readonly value: T } | { readonly fault: string } {
  if (bytes === null) return { fault: 'the file is gone' };
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    return { fault: bytes.length === 0 ? 'the file is empty' : `not JSON (${bytes.length} bytes)` };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { value: parsed.data };
  const [issue] = parsed.error.issues;
  return { fault: `${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'not as expected'}` };
}

function faultOf(outcome: Outcome, item: string, samples: number): string | null {
  if (outcome.item !== item) return `item: expected ${item}, found ${JSON.stringify(outcome.item)}`;
  const found = outcome.samples.length;
  return found === samples ? null : `samples: expected ${samples}, found ${found}`;
}

function brokenAttempt(key: string, fault: string): Pick<Attempt, 'error' | 'message' | 'endedAt'> {
  return { error: 'unreadable_attempt', message: `${key}: ${fault}`, endedAt: '' };
}

function numberOf(attemptKey: string): number {
  return Number.parseInt(attemptKey.split('/').at(-1) ?? '', 10) || 0;
}
