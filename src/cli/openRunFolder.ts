import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import type { OpenRun } from '../../activities/openRuns.ts';
import type { Datasets } from '../../activities/openRuns.ts';
import { loadPromptTexts } from '../config/promptTexts.ts';
import { ConfigError, DatasetError, StorageError } from '../core/errors.ts';
import { createTasks } from '../core/tasks/index.ts';
import type { RunRecord } from '../core/run.ts';
import { createModel } from '../models/index.ts';
import type { ResultStore } from '../ports/resultStore.ts';
import { loadPythonParser } from '../python/pythonParser.ts';
import { parse } from '../report/readItems.ts';
import { itemsSchema, runRecordSchema } from '../report/runRecordSchema.ts';
import { createLocalStore } from '../storage/localStore.ts';

/** The run folders that a path means: itself, or those directly in it. */
export async function findRunFolders(path: string): Promise<string[]> {
  const folder = resolve(path);
  const found = await stat(folder).catch(() => null);
  if (found === null) {
    throw new ConfigError(
      `There is no folder ${folder}: expected the folder of a run, such as results/<run>.`,
    );
  }
  if (!found.isDirectory()) throw new ConfigError(`${folder} is a file: expected the folder of a run.`);
  if (await isRunFolder(folder)) return [folder];
  const names = await readdir(folder);
  const inside: string[] = [];
  for (const name of names.sort()) {
    if (await isRunFolder(join(folder, name))) inside.push(join(folder, name));
  }
  if (inside.length > 0) return inside;
  throw new ConfigError(
    `${folder} holds no run: expected a run.json in it or in a folder directly below. ` +
      'Runs are written to paths.output_folder (default results/).',
  );
}

/** A run's folder as a store, and its record. */
export async function openRunFolder(
  folder: string,
): Promise<{ readonly folder: string; readonly store: ResultStore; readonly record: RunRecord }> {
  const store = createLocalStore(folder);
  return {
    folder,
    store,
    record: await readFileOf(store, { folder, key: 'run.json', schema: runRecordSchema }),
  };
}

/** All that is needed to assemble a run's tables again; its environment and its model's endpoint are not. */
export async function openForSummary(
  opened: { readonly folder: string; readonly store: ResultStore; readonly record: RunRecord },
  datasets: Datasets,
): Promise<OpenRun> {
  const { folder, store, record } = opened;
  const { request } = record;
  const dataset = await datasets(request.datasetPath);
  if (dataset.digest !== record.lock['dataset']) {
    throw new DatasetError(
      `${request.datasetPath} has changed since the run ${request.name} began: its tables cannot be assembled again. Put the old file back.`,
    );
  }
  const texts = await loadPromptTexts(request.promptsFolder);
  return {
    ...opened,
    items: await readFileOf(store, { folder, key: 'items.json', schema: itemsSchema }),
    rows: dataset.rows,
    environment: null,
    task: createTasks(await loadPythonParser())[request.task],
    texts: texts[request.task],
    model: createModel(request.model, process.env),
  };
}

interface Wanted<T> {
  readonly folder: string;
  readonly key: string;
  readonly schema: z.ZodType<T>;
}

async function readFileOf<T>(store: ResultStore, { folder, key, schema }: Wanted<T>): Promise<T> {
  const found = parse(await store.get(key), schema);
  if ('value' in found) return found.value;
  throw new StorageError(
    `${join(folder, key)} cannot be used: ${found.fault}. Restore it, or submit the run again with --new.`,
  );
}

async function isRunFolder(folder: string): Promise<boolean> {
  const found = await stat(join(folder, 'run.json')).catch(() => null);
  return found?.isFile() === true;
}
