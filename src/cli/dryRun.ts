import { chooseItems } from '../../activities/chooseItems.ts';
import { createPlaceDataset } from '../../activities/placeDataset.ts';
import { modelQueue, sandboxQueueOf } from '../../activities/queues.ts';
import { versionQueue } from '../../workflows/workflowIds.ts';
import { describeSuite } from '../config/describeSuite.ts';
import type { SuiteRequest } from '../core/run.ts';
import { taskKindOf } from '../core/run.ts';
import { createTasks } from '../core/tasks/index.ts';
import { readDataset, refuseBadRows } from '../dataset/readDataset.ts';
import { loadPythonParser } from '../python/pythonParser.ts';
import { tell } from './session.ts';

/** Prints what a suite would do: runs, items, turns, queues, cost if prices are given. Starts nothing. */
export async function dryRun(suite: SuiteRequest): Promise<void> {
  const tasks = createTasks(await loadPythonParser());
  const items = new Map<string, number>();
  const queues = [versionQueue];
  const place = createPlaceDataset();
  for (const asked of suite.runs) {
    const { request: run, notice } = await place(asked);
    if (notice !== null) tell(notice);
    const dataset = await readDataset(run.datasetPath);
    if (!run.skipBadRows) refuseBadRows(dataset);
    const environment = dataset.rows[0]?.triathlon?.environment ?? '';
    queues.push(modelQueue(run.model), sandboxQueueOf(run.grading, environment));
    items.set(run.name, (await chooseItems(tasks[taskKindOf(run)], run, dataset)).items.length);
  }
  for (const notice of suite.notices) tell(notice);
  process.stdout.write(`${describeSuite(suite, { items, queues })}\n`);
}
