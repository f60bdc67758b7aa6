import { loadPromptTexts } from '../src/config/promptTexts.ts';
import { digestOf } from '../src/core/digest.ts';
import { ConfigError, StorageError } from '../src/core/errors.ts';
import type { RunPlan } from '../src/core/flow/plans.ts';
import { WORKFLOW_VERSION } from '../src/core/flow/version.ts';
import type { RunRecord, RunRequest } from '../src/core/run.ts';
import { taskKindOf } from '../src/core/run.ts';
import { refuseBadRows } from '../src/dataset/readDataset.ts';
import { taskRows } from '../src/dataset/taskRows.ts';
import { weightsDigest } from '../src/models/serving/index.ts';
import type { ResultStore } from '../src/ports/resultStore.ts';
import { runnerDigest } from '../src/sandbox/index.ts';
import { joinPlace } from '../src/storage/index.ts';
import { chooseEnvironment } from './chooseEnvironment.ts';
import { chooseItems } from './chooseItems.ts';
import type { Datasets } from './openRuns.ts';
import { quarantinedItems, quarantineNotices } from './quarantinedItems.ts';
import { modelQueue, sandboxQueueOf } from './queues.ts';
import type { Ports } from './ports.ts';
import { keepRows } from './runDataset.ts';
import { requestKeys } from './suiteIdentity.ts';

export interface Planning {
  readonly ports: Ports;
  readonly datasets: Datasets;
  readonly request: RunRequest;
}

/** A run's plan, and what its user must know. */
export interface PlannedRun {
  readonly plan: RunPlan;
  readonly notices: readonly string[];
}

/** Writes `run.json` and `items.json`, or finds them from before and insists that nothing has changed. */
export async function planRun({ ports, datasets, request }: Planning): Promise<PlannedRun> {
  const folder = joinPlace(request.outputFolder, request.name);
  const store = ports.openStore(folder, request);
  await needRoom(store);
  const dataset = await datasets(request.datasetPath);
  if (!request.skipBadRows) refuseBadRows(dataset);
  const environment = await chooseEnvironment(ports, request, dataset);
  const { items, leftOut } = chooseItems(ports.tasks[taskKindOf(request)], request, dataset);
  const texts = await loadPromptTexts(request.promptsFolder);
  const quarantined = await quarantinedItems(environment, items, taskRows(dataset.rows, request).rows);
  // The rows count, not where they lie.
  const { dataset_path: _, ...keys } = requestKeys(request);
  const lock = {
    ...keys,
    dataset: dataset.digest,
    environment: environment.digest,
    runner: await runnerDigest(),
    prompts: digestOf(texts[taskKindOf(request)]),
    items: digestOf(items),
    ...(await weightsOf(request)),
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
  await keepRows(store, folder, request);
  await store.putOnce('items.json', JSON.stringify(items));
  await writeOrCompare(store, record, folder);
  await keepLatest(store, request);
  const finishedBefore = (await store.list('outcomes')).length;
  const plan = planOf(record, { folder, finishedBefore, sandboxSlots: await sandboxSlots(ports, request) });
  return { plan, notices: quarantineNotices(request, quarantined) };
}

/** Where and how fast model and sandbox are asked may change from one submission to the next; the lock holds the rest. */
async function keepLatest(store: ResultStore, request: RunRequest): Promise<void> {
  const { model, remote, warmMemoryBytes } = request;
  await store.replace('model.json', [JSON.stringify(model)]);
  await store.replace('sandbox.json', [JSON.stringify({ warmMemoryBytes })]);
  if (remote !== undefined) await store.replace('remote.json', [JSON.stringify(remote)]);
}

/** Weights that were overwritten make another run; those that cannot be read here are the servers' own matter. */
async function weightsOf({ model }: RunRequest): Promise<Record<string, string>> {
  const digest = model.weightsFolder === null ? null : await weightsDigest(model.weightsFolder);
  return digest === null ? {} : { weights: digest };
}

/** Finds out before anything is paid whether results can be kept at all; here the user is told, later it is waited. */
async function needRoom(store: ResultStore): Promise<void> {
  try {
    await (await store.claim('run.json')).release();
  } catch (error) {
    throw error instanceof StorageError ? new StorageError(error.message, { cause: error }) : error;
  }
}

async function writeOrCompare(store: ResultStore, record: RunRecord, folder: string): Promise<void> {
  if (await store.putOnce('run.json', `${JSON.stringify(record, null, 2)}\n`)) return;
  const bytes = await store.get('run.json');
  const before = JSON.parse(bytes?.toString() ?? '{}') as RunRecord;
  const keys = Object.keys({ ...before.lock, ...record.lock });
  const differing = keys.filter((key) => before.lock[key] !== record.lock[key]);
  if (differing.length === 0) return;
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
  { request, itemCount }: RunRecord,
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
    sandboxQueue: sandboxQueueOf(grading),
    ...(slots !== undefined && { sandboxSlots: slots }),
    flow: {
      maxTurns: policy.maxTurns,
      samples: policy.samples,
      generateTimeoutSeconds: model.requestTimeoutSeconds * (model.maxRetries + 1) + 300,
    },
  };
}
