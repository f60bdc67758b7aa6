import { countItem } from '../src/core/flow/decisions.ts';
import { noCounts, type ItemRef } from '../src/core/flow/plans.ts';
import { mapInOrder } from '../src/report/mapInOrder.ts';
import { outcomeKey } from '../src/report/readItems.ts';
import type { SliceInput, UnfinishedItems } from './activities.ts';
import type { OpenRuns } from './openRuns.ts';
import { resultOf } from './recordOutcome.ts';
import { readOutcome } from './storedRecords.ts';

/** Splits a slice of a run's items into those with an outcome, counted, and those still to do. */
export function listUnfinishedItems(openRun: OpenRuns): (input: SliceInput) => Promise<UnfinishedItems> {
  return async ({ folder, from, to }) => {
    const run = await openRun(folder);
    const items: ItemRef[] = [];
    let finished = noCounts;
    const slice = run.items.slice(from, to);
    const read = async (ref: ItemRef) => ({ ref, outcome: await readOutcome(run, outcomeKey(ref.item)) });
    for await (const { ref, outcome } of mapInOrder(slice, 16, read)) {
      if (outcome === null) items.push(ref);
      else finished = countItem(finished, resultOf(outcome));
    }
    return { items, finished };
  };
}
