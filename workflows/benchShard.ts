import { condition } from '@temporalio/workflow';
import type { Counts, ShardInput } from '../src/core/flow/plans.ts';
import { OpenItems } from './openItems.ts';
import { steps } from './steps.ts';

/** A slice of a run's items, as many in flight as the run allows. */
export async function benchShard(input: ShardInput): Promise<Counts> {
  const { plan, from, to } = input;
  const open = new OpenItems(input);
  const { items, finished } = await steps.listUnfinishedItems({ folder: plan.folder, from, to });
  open.begin(finished);
  try {
    for (const item of items) {
      if (!open.mayStartAnother()) await condition(() => open.mayStartAnother());
      if (open.stopReason !== null) break;
      open.start(item);
    }
    await open.drain();
  } finally {
    // A cancelled shard ends after its items, which keep what they have paid for.
    await open.settle();
  }
  if (open.stopReason !== null) throw open.stopReason;
  return open.counts();
}
