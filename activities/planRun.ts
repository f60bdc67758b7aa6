import { loadPromptTexts } from '../src/config/promptTexts.ts';
import { digestOf } from '../src/core/digest.ts';
import { ConfigError, StorageError } from '../src/core/errors.ts';
import type { ItemRef, RunPlan } from '../src/core/flow/plans.ts';
import { WORKFLOW_VERSION } from '../src/core/flow/version.ts';
import type { RunRecord, RunRequest } from '../src/core/run.ts';
import { taskKindOf, unlimited } from '../src/core/run.ts';
import type { PromptTexts } from '../src/core/tasks/task.ts';
import { refuseBadRows, type Dataset } from '../src/dataset/readDataset.ts';
import { taskRows } from '../src/dataset/taskRows.ts';
import { weightsDigest } from '../src/models/serving/index.ts';
import type { PreparedEnvironment } from '../src/ports/sandbox.ts';
import type { ResultStore } from '../src/ports/resultStore.ts';
import { runnerDigest } from '../src/sandbox/index.ts';
import { isRemotePath, joinPlace } from '../src/storage/index.ts';
import { chooseEnvironment } from './chooseEnvironment.ts';
import { chooseItems } from './chooseItems.ts';
import type { EnvironmentBuilds } from './environmentBuilds.ts';
import type { Datasets } from './openRuns.ts';
import { quarantinedItems, quarantineNotices } from './quarantinedItems.ts';
import { fittingRuns } from './otherRuns.ts';
import { modelQueue, sandboxQueueOf } from './queues.ts';
import { regradedRun } from './regradedRun.ts';
import type { Ports } from './ports.ts';
import { keepRows } from './runDataset.ts';
import { requestKeys } from './suiteIdentity.ts';

export interface Planning {
  readonly ports: Ports;
  readonly builds: EnvironmentBuilds;
  readonly datasets: Datasets;
  readonly request: RunRequest;
}

/** A run's plan, and what its user must know. */
export interface PlannedRun {
  readonly plan: RunPlan;
  readonly notices: readonly string[];
  /** Some of the runs to replay fit. */
  readonly replays: boolean;
}

/** Writes `run.json` and `items.json`, or finds them from before and insists that nothing has changed. */
export async function planRun({ ports, builds, datasets, request }: Planning): Promise<PlannedRun> {
  const folder = joinPlace(request.outputFolder, request.name);
  const store = ports.openStore(folder, request);
  await needRoom(store, folder);
  const dataset = await datasets(request.datasetPath);
  if (!request.skipBadRows) refuseBadRows(dataset);
  const environment = await chooseEnvironment({ ports, builds, request, dataset });
  const source = await regradedRun(ports, request, dataset);
  const chosen = await chooseItems(ports.tasks[taskKindOf(request)], request, dataset);
  const { items, leftOut } = source?.keep(chosen) ?? chosen;
  const texts = await loadPromptTexts(request.promptsFolder);
  const quarantined = await quarantinedItems(environment, items, taskRows(dataset.rows, request).rows);
  const lock = {
    ...locked(request),
    ...(await locksOf({ dataset, environment, prompts: texts[taskKindOf(request)] })),
    items: digestOf(items),
    ...(source?.weights ?? (await weightsOf(request))),
  };
  const record: RunRecord = {
    schema: 1,
    createdAt: new Date().toISOString(),
    request,
    lock,
    environment: { name: environment.name, digest: environment.digest },
    itemCount: items.length,
    leftOut,
    quarantined,
    versions: { workflow: String(WORKFLOW_VERSION), node: process.version },
  };
  await begin({ store, record, folder, items });
  const replay = await fittingRuns(ports.openStore, request, lock);
  await keepLatest(store, { ...request, replay });
  const found = { folder, finishedBefore: (await store.list('outcomes')).length };
  const plan = planOf(record, { ...found, sandboxSlots: await sandboxSlots(ports, request) });
  const notices = [...quarantineNotices(request, quarantined), ...replayNotices(request, replay)];
  return { plan, notices, replays: replay.length > 0 };
}

/** The rows count, not where they lie. */
function locked(request: RunRequest): Record<string, string> {
  const { dataset_path: _, ...keys } = requestKeys(request);
  return keys;
}

interface LockedFiles {
  readonly dataset: Dataset;
  readonly environment: PreparedEnvironment;
  readonly prompts: PromptTexts;
}

async function locksOf({ dataset, environment, prompts }: LockedFiles): Promise<Record<string, string>> {
  return {
    dataset: dataset.digest,
    environment: environment.digest,
    runner: await runnerDigest(),
    prompts: digestOf(prompts),
  };
}

/** Where and how fast model and sandbox are asked may change from one submission to the next; the lock holds the rest. */
async function keepLatest(store: ResultStore, request: RunRequest): Promise<void> {
  const { model, remote, warmMemoryBytes, replay, feeding = unlimited } = request;
  await store.replace('model.json', [JSON.stringify(model)]);
  await store.replace('sandbox.json', [JSON.stringify({ warmMemoryBytes })]);
  await store.replace('feeding.json', [JSON.stringify({ replay, feeding })]);
  if (request.wandb !== undefined) await store.replace('wandb.json', [JSON.stringify(request.wandb)]);
  if (remote !== undefined) await store.replace('remote.json', [JSON.stringify(remote)]);
}

function replayNotices({ name, replay = [] }: RunRequest, fitting: readonly string[]): string[] {
  return replay
    .filter((folder) => !fitting.includes(folder))
    .map(
      (folder) =>
        `${name}: nothing of ${folder} can be replayed, for it asked another model (provider, model_name, api, weights).`,
    );
}

/** Weights that were overwritten make another run; those that cannot be read here are the servers' own matter. */
async function weightsOf({ model }: RunRequest): Promise<Record<string, string>> {
  const digest = model.weightsFolder === null ? null : await weightsDigest(model.weightsFolder);
  return digest === null ? {} : { weights: digest };
}

/**
 * Finds out before anything is paid whether results can be kept at all. Of a disk the user is told here, later it is waited;
 * a store that is only away is tried again.
 */
async function needRoom(store: ResultStore, folder: string): Promise<void> {
  try {
    await (await store.claim('run.json')).release();
  } catch (error) {
    if (!(error instanceof StorageError) || isRemotePath(folder)) throw error;
    throw new StorageError(error.message, { cause: error });
  }
}

interface Beginning {
  readonly store: ResultStore;
  readonly record: RunRecord;
  readonly folder: string;
  readonly items: readonly ItemRef[];
}

/** Nothing is written into the folder of a run that is another one. */
async function begin({ store, record, folder, items }: Beginning): Promise<void> {
  const isNew = await refuseOtherSettings(store, record, folder);
  await keepRows(store, folder, record.request);
  await keepItems(store, items, isNew);
  const isOurs = await store.putOnce('run.json', `${JSON.stringify(record, null, 2)}\n`);
  if (!isOurs) await refuseOtherSettings(store, record, folder);
}

/** Those of a planning that ended before its `run.json` was there are replaced. */
async function keepItems(store: ResultStore, items: readonly ItemRef[], isNew: boolean): Promise<void> {
  const text = JSON.stringify(items);
  if ((await store.putOnce('items.json', text)) || !isNew) return;
  if ((await store.get('items.json'))?.toString() !== text) await store.replace('items.json', [text]);
}

/** True where there is no run of this name yet. */
async function refuseOtherSettings(store: ResultStore, record: RunRecord, folder: string): Promise<boolean> {
  const bytes = await store.get('run.json');
  if (bytes === null) return true;
  const before = JSON.parse(bytes.toString()) as RunRecord;
  const keys = Object.keys({ ...before.lock, ...record.lock });
  const differing = keys.filter((key) => before.lock[key] !== record.lock[key]);
  if (differing.length === 0) return false;
  const changes = differing.map(
    (key) => `${key}: ${before.lock[key] ?? 'none'} → ${record.lock[key] ?? 'none'}`,
  );
  throw new ConfigError(
    `The run ${record.request.name} in ${folder} was begun with other settings: ${changes.join('; ')}.\n` +
      'Restore them to go on with it, or start another run beside it with --new.',
  );
}

interface Found {
  readonly folder: string;
  readonly finishedBefore: number;
  readonly sandboxSlots: number | undefined;
}

/** As many as the servers grade at a time, and as many again that are ready when one ends. */
async function sandboxSlots(ports: Ports, request: RunRequest): Promise<number | undefined> {
  if (request.remote === undefined) return undefined;
  const slots = await ports.sandboxFor(request).slots?.();
  return slots === undefined ? undefined : 2 * slots;
}

/** Open items of all shards together stay below the worker's workflow cache. */
const shardSize = 400;
const shardsPerExecution = 100;

function planOf(
  { request, itemCount, environment }: RunRecord,
  { folder, finishedBefore, sandboxSlots: slots }: Found,
): RunPlan {
  const { model, policy, batchSize, grading } = request;
  return {
    run: request.name,
    folder,
    task: request.task,
    model: model.model,
    itemCount,
    finishedBefore,
    batchSize,
    shardSize,
    shardsPerExecution,
    modelQueue: modelQueue(model),
    // It works on one request at a time; the next one waits there.
    modelSlots: model.provider === 'embedded' ? 2 : batchSize,
    sandboxQueue: sandboxQueueOf(grading, environment.digest),
    ...(slots !== undefined && { sandboxSlots: slots }),
    ...(request.wandb !== undefined && { wandb: true as const }),
    flow: {
      maxTurns: policy.maxTurns,
      samples: policy.samples,
      generateTimeoutSeconds: model.requestTimeoutSeconds * (model.maxRetries + 1) + 300,
    },
  };
}
