import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { DatasetError, StorageError } from '../src/core/errors.ts';
import { digestOf } from '../src/core/digest.ts';
import type { ItemRef } from '../src/core/flow/plans.ts';
import type { Row } from '../src/core/row.ts';
import type { ModelSpec, RemoteAccess, RunRecord, RunRequest } from '../src/core/run.ts';
import { taskKindOf } from '../src/core/run.ts';
import type { PromptTexts, Task } from '../src/core/tasks/task.ts';
import { loadPromptTexts } from '../src/config/promptTexts.ts';
import { readDataset, type Dataset } from '../src/dataset/readDataset.ts';
import { remoteTag } from '../src/dataset/remoteFiles.ts';
import { taskRows } from '../src/dataset/taskRows.ts';
import type { Model } from '../src/ports/model.ts';
import type { ResultStore } from '../src/ports/resultStore.ts';
import type { PreparedEnvironment } from '../src/ports/sandbox.ts';
import { remoteEnvironment } from '../src/sandbox/index.ts';
import { isRemotePath } from '../src/storage/index.ts';
import type { Ports } from './ports.ts';
import { insistOn, refuseOther, type OwnPart } from './insistOn.ts';
import { modelQueue } from './queues.ts';
import { createOtherRuns, type OtherRuns } from './otherRuns.ts';
import { createRecentRecords, type RecentRecords } from './recentRecords.ts';
import { readRows } from './runDataset.ts';

/** A run as the activities see it: its record, and what its record names, opened. */
export interface OpenRun {
  readonly folder: string;
  readonly store: ResultStore;
  readonly record: RunRecord;
  readonly items: readonly ItemRef[];
  readonly rows: readonly Row[];
  /** Opened when a candidate is to be run: hosts that ask models have no repository. */
  readonly openEnvironment: () => Promise<PreparedEnvironment>;
  readonly task: Task;
  readonly texts: PromptTexts;
  readonly model: Model;
  readonly recent: RecentRecords;
  readonly others: OtherRuns;
  /** Looked at once. Steps that only count and write need neither part. */
  readonly insistOn: (part: OwnPart) => Promise<void>;
}

/** With a queue, the run as it was submitted last: its endpoint may have moved a moment ago. */
export type OpenRuns = (folder: string, modelQueue?: string) => Promise<OpenRun>;

interface KeptOpen {
  readonly digest: string;
  /** Of the endpoint that the run asks. */
  readonly queue: string;
  readonly run: Promise<OpenRun>;
  lookedAt: number;
}

/** A worker that stays for weeks does not keep each run and each dataset that it ever had. */
const idleMilliseconds = 1_800_000;

function forgetIdle(kept: Map<string, { readonly lookedAt: number }>): void {
  for (const [key, { lookedAt }] of kept)
    if (performance.now() - lookedAt > idleMilliseconds) kept.delete(key);
}

/** How long a folder that somebody may replace is taken for the same. */
const lookEveryMilliseconds = 2000;

/** Opens runs by their folder and keeps them open; a folder that was replaced meanwhile is opened anew. */
export function createOpenRuns(ports: Ports, datasets: Datasets): OpenRuns {
  const open = new Map<string, KeptOpen>();
  return async (folder, queue) => {
    const recent = open.get(folder);
    const isRecent = recent !== undefined && performance.now() - recent.lookedAt < lookEveryMilliseconds;
    if (isRecent && (queue === undefined || queue === recent.queue)) return recent.run;
    const store = ports.openStore(folder);
    const { bytes, latest } = await readFiles(store, folder);
    const digest = createHash('sha256')
      .update(Buffer.concat([bytes, ...latest.map((one) => one ?? nothing)]))
      .digest('hex');
    const known = open.get(folder);
    if (known?.digest === digest) {
      known.lookedAt = performance.now();
      return known.run;
    }
    const record = recordOf(bytes, latest);
    forgetIdle(open);
    const run = openRun({ ports, datasets, folder, record });
    open.set(folder, { digest, queue: modelQueue(record.request.model), run, lookedAt: performance.now() });
    run.catch(() => open.delete(folder));
    return run;
  };
}

/** A run's record, without opening what it names. */
export async function readRunRecord({ openStore }: Ports, folder: string): Promise<RunRecord> {
  const { bytes, latest } = await readFiles(openStore(folder), folder);
  return recordOf(bytes, latest);
}

interface RunFiles {
  readonly bytes: Buffer;
  readonly latest: readonly (Buffer | null)[];
}

async function readFiles(store: ResultStore, folder: string): Promise<RunFiles> {
  const bytes = await store.get('run.json');
  if (bytes === null) throw new StorageError(`There is no run.json in ${folder}: submit the run again.`);
  return { bytes, latest: await Promise.all(latestKeys.map((key) => store.get(key))) };
}

/** What the latest submission says; in the order of `recordOf`. */
const latestKeys = ['model.json', 'remote.json', 'sandbox.json', 'feeding.json'] as const;
const nothing = Buffer.alloc(0);

/** The record as it was begun, with what the latest submission says of the endpoint, its feeding and the sandboxes. */
function recordOf(bytes: Buffer, [model, remote, sandbox, feeding]: readonly (Buffer | null)[]): RunRecord {
  const record = JSON.parse(bytes.toString()) as RunRecord;
  const changed: Partial<RunRequest> = {
    ...(model && { model: JSON.parse(model.toString()) as ModelSpec }),
    ...(remote && { remote: JSON.parse(remote.toString()) as RemoteAccess }),
    ...(sandbox && (JSON.parse(sandbox.toString()) as object)),
    ...(feeding && (JSON.parse(feeding.toString()) as object)),
  };
  return { ...record, request: { ...record.request, ...changed } };
}

interface Opening {
  readonly ports: Ports;
  readonly datasets: Datasets;
  readonly folder: string;
  readonly record: RunRecord;
}

async function openRun({ ports, datasets, folder, record }: Opening): Promise<OpenRun> {
  const { request } = record;
  const store = ports.openStore(folder, request);
  const dataset = await readRows(datasets, store, record);
  if (dataset.digest !== record.lock['dataset']) {
    throw new DatasetError(
      `${request.datasetPath} has changed since the run ${request.name} began. Put the old file back, or start another run with --new.`,
    );
  }
  const items = await store.get('items.json');
  if (items === null) throw new StorageError(`There is no items.json in ${folder}: submit the run again.`);
  const texts = await loadPromptTexts(request.promptsFolder);
  const parts = {
    prompts: once(async () => refuseOther(record, 'prompts', digestOf(texts[taskKindOf(request)]))),
    runner: once(() => insistOn(record, 'runner')),
  };
  return {
    folder,
    store,
    record,
    items: JSON.parse(items.toString()),
    rows: taskRows(dataset.rows, request).rows,
    openEnvironment: once(() => environmentOf(ports, record)),
    task: ports.tasks[taskKindOf(request)],
    texts: texts[taskKindOf(request)],
    model: ports.createModel(request.model),
    recent: createRecentRecords(),
    others: createOtherRuns(ports.openStore, request),
    insistOn: (part) => parts[part](),
  };
}

/** A failure is not kept. */
function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | null = null;
  return () => {
    const opening = (opened ??= open());
    opening.catch(() => (opened = null));
    return opening;
  };
}

function environmentOf(ports: Ports, { request, environment }: RunRecord): Promise<PreparedEnvironment> {
  switch (request.grading.provider) {
    case 'none':
      return Promise.resolve(noEnvironment);
    case 'restapi':
      return Promise.resolve(remoteEnvironment(environment));
    default:
      return ports.openEnvironment(environment.digest);
  }
}

/** Of runs that are not graded in a real sandbox: benchmarks and tests of the pipeline itself. */
export const noEnvironment: PreparedEnvironment = {
  name: 'none',
  digest: 'none',
  root: '',
  sourceRoot: '',
  python: '',
  adapter: 'none',
  adapterOptions: {},
};

/** The row of an item. */
export function rowOf(run: OpenRun, ref: ItemRef): Row {
  const row = run.rows[ref.row];
  if (row === undefined)
    throw new DatasetError(`Row ${ref.row} of ${run.record.request.datasetPath} is missing.`);
  return row;
}

export type Datasets = (path: string) => Promise<Dataset>;

/** Reads each dataset once for the runs on it that are opened; a file that changed is read again. */
export function createDatasets(): Datasets {
  const read = new Map<string, { stamp: string; dataset: Promise<Dataset>; lookedAt: number }>();
  return async (path) => {
    const known = read.get(path);
    const stamp = await stampOf(path, known?.stamp);
    if (known?.stamp === stamp) {
      known.lookedAt = performance.now();
      return known.dataset;
    }
    forgetIdle(read);
    const dataset = readDataset(path);
    read.set(path, { stamp, dataset, lookedAt: performance.now() });
    dataset.catch(() => read.delete(path));
    return dataset;
  };
}

/** An address whose server is away for the moment is taken for what it was. */
async function stampOf(path: string, before: string | undefined): Promise<string> {
  if (isRemotePath(path)) {
    return remoteTag(path).then(
      (tag) => tag ?? '',
      (error: unknown) => {
        if (before === undefined) throw error;
        return before;
      },
    );
  }
  const { mtimeMs, size } = await stat(path).catch(() => ({ mtimeMs: 0, size: 0 }));
  return `${mtimeMs} ${size}`;
}
