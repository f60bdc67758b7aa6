import { scheduler } from 'node:timers/promises';
import { DatasetError } from '../src/core/errors.ts';
import type { ItemRef } from '../src/core/flow/plans.ts';
import { itemId } from '../src/core/rowHelpers.ts';
import type { RunRequest } from '../src/core/run.ts';
import type { Task } from '../src/core/tasks/task.ts';
import type { Dataset } from '../src/dataset/readDataset.ts';
import { taskRows } from '../src/dataset/taskRows.ts';

export interface ChosenItems {
  readonly items: readonly ItemRef[];
  /** Rows that the task cannot use, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** How long the process may be kept from anything else, such as saying that it is alive, while rows are looked at. */
const busyMilliseconds = 100;

/** The items of a run in dispatch order: the dataset's usable rows, up to the run's limit. */
export async function chooseItems(task: Task, request: RunRequest, dataset: Dataset): Promise<ChosenItems> {
  const chosen = taskRows(dataset.rows, request);
  const leftOut: Record<string, number> = { ...chosen.leftOut };
  const items: ItemRef[] = [];
  const limit = request.maxItems ?? Number.POSITIVE_INFINITY;
  let free = performance.now();
  for (const [row, candidate] of chosen.rows.entries()) {
    if (performance.now() - free > busyMilliseconds) {
      await scheduler.yield();
      free = performance.now();
    }
    const reason = task.whyLeftOut(candidate, request.policy);
    if (reason !== null) leftOut[reason] = (leftOut[reason] ?? 0) + 1;
    else if (items.length < limit) items.push({ item: itemId(candidate), row });
  }
  if (items.length === 0) {
    throw new DatasetError(
      `No row of ${request.datasetPath} can be used for ${request.task}: ${JSON.stringify(leftOut)}.`,
    );
  }
  return { items, leftOut };
}
