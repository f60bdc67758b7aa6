import { createDatasets, noEnvironment, type Datasets, type OpenRun } from '../../activities/openRuns.ts';
import { createOtherRuns } from '../../activities/otherRuns.ts';
import { createRecentRecords } from '../../activities/recentRecords.ts';
import { readRows } from '../../activities/runDataset.ts';
import { summarize } from '../../activities/summarizeRun.ts';
import { loadPromptTexts } from '../config/promptTexts.ts';
import { DatasetError } from '../core/errors.ts';
import { taskKindOf } from '../core/run.ts';
import { createTasks } from '../core/tasks/index.ts';
import { taskRows } from '../dataset/taskRows.ts';
import { createModel } from '../models/index.ts';
import { loadPythonParser } from '../python/pythonParser.ts';
import { itemsSchema } from '../report/runRecordSchema.ts';
import type { RunSummary } from '../report/runSummary.ts';
import { openStore } from '../storage/index.ts';
import { readFileOf, type OpenedFolder } from './openRunFolder.ts';

/** Assembles the result files of runs again, reading each dataset once. */
export function createAssembler(): (opened: OpenedFolder) => Promise<RunSummary> {
  const datasets = createDatasets();
  return async (opened) => {
    const run = await openForReading(opened, datasets);
    try {
      return await summarize(run);
    } finally {
      await run.model.close();
    }
  };
}

/** Opens a run to read what it kept: its environment and its model's endpoint are not needed, the model's parser is. */
export async function openForReading(
  opened: OpenedFolder,
  datasets: Datasets = createDatasets(),
): Promise<OpenRun> {
  const { request, lock } = opened.record;
  const dataset = await readRows(datasets, opened.store, opened.record);
  if (dataset.digest !== lock['dataset']) {
    throw new DatasetError(
      `${request.datasetPath} has changed since the run ${request.name} began: what it kept cannot be read with it. Put the old file back.`,
    );
  }
  const texts = await loadPromptTexts(request.promptsFolder);
  return {
    ...opened,
    items: await readFileOf(opened.store, { folder: opened.folder, key: 'items.json', schema: itemsSchema }),
    rows: taskRows(dataset.rows, request).rows,
    openEnvironment: () => Promise.resolve(noEnvironment),
    task: createTasks(await loadPythonParser())[taskKindOf(request)],
    texts: texts[taskKindOf(request)],
    model: createModel(request.model, process.env),
    recent: createRecentRecords(),
    others: createOtherRuns(openStore, request),
    insistOn: () => Promise.resolve(),
  };
}
