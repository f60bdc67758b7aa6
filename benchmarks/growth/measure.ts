/**
 * What an item costs as runs grow: `npm run benchmark:growth`. A Temporal server on PostgreSQL, three worker
 * processes, synthetic items with a stub's answer and no grading; records really written. Arguments: other sizes.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { loadConfig } from '../../src/config/loadConfig.ts';
import { resolveSuite } from '../../src/config/resolveSuite.ts';
import { connectClient, type Server } from '../../src/temporal/connection.ts';
import { submitSuite } from '../../src/temporal/submitSuite.ts';
import {
  clusterGap,
  startTemporalCluster,
  type TemporalCluster,
} from '../../test/support/temporalCluster.ts';
import { writeSyntheticDataset } from '../orchestration/syntheticDataset.ts';
import { memoryOf, processorSecondsOf, treeOf } from '../processes.ts';

const workerProgram = join(import.meta.dirname, 'worker.ts');
const workerCount = 3;
const inFlight = 64;
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1_000, 10_000, 100_000];

interface Rig {
  readonly folder: string;
  readonly cluster: TemporalCluster;
  readonly client: Client;
  readonly workers: readonly ChildProcess[];
}

await main();

async function main(): Promise<void> {
  if (sizes.some((size) => !Number.isInteger(size) || size < 1))
    throw new Error(`expected numbers of items such as 1000 10000, found ${process.argv.slice(2).join(' ')}`);
  const gap = await clusterGap();
  if (gap !== null) throw new Error(gap);
  const folder = await mkdtemp(join(tmpdir(), 'bench-growth-'));
  // PostgreSQL's own user has to reach its folder.
  await chmod(folder, 0o755);
  await withRig(folder, async (rig) => {
    print(['items', 'items/s', 'worker CPU', 'server CPU', 'database CPU', 'worker memory', 'database/item']);
    for (const size of sizes) await measure(rig, size);
  });
}

async function withRig(folder: string, work: (rig: Rig) => Promise<void>): Promise<void> {
  const cluster = await startTemporalCluster(folder);
  const server: Server = { address: cluster.address, namespace: 'default', uiUrl: null, embedded: false };
  const client = await connectClient(server);
  const workers = Array.from({ length: workerCount }, () =>
    spawn(process.execPath, [workerProgram], {
      env: { ...process.env, TEMPORAL_ADDRESS: cluster.address },
      stdio: 'ignore',
    }),
  );
  const cleanUp = async (): Promise<void> => {
    for (const worker of workers) {
      worker.kill('SIGTERM');
      if (worker.exitCode === null && worker.signalCode === null) await once(worker, 'exit');
    }
    await client.connection.close();
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => void cleanUp().finally(() => process.exit(130)));
  try {
    await work({ folder, cluster, client, workers });
  } finally {
    await cleanUp();
  }
}

async function measure({ folder, cluster, client, workers }: Rig, items: number): Promise<void> {
  const suite = resolveSuite(loadConfig({ document: await configOf(folder, items) }));
  const ofWorkers = workers.map(({ pid }) => pid ?? 0);
  const cost = async (): Promise<number[]> => [
    await processorSecondsOf(ofWorkers),
    await processorSecondsOf([cluster.process?.pid ?? 0]),
    await processorSecondsOf(await treeOf(cluster.postgres.process.pid ?? 0)),
  ];
  const sizeBefore = await databaseBytes(cluster);
  const before = await cost();
  const started = performance.now();
  const { handle } = await submitSuite(client, suite, { fresh: false });
  const peak = watchMemory(ofWorkers);
  const [result] = await handle.result();
  const seconds = (performance.now() - started) / 1000;
  if (result?.counts.finished !== items) throw new Error(`not all are finished: ${JSON.stringify(result)}`);
  const after = await cost();
  const perItem = after.map((total, place) => (1000 * (total - (before[place] ?? 0))) / items);
  const bytes = ((await databaseBytes(cluster)) - sizeBefore) / items;
  print([
    items,
    (items / seconds).toFixed(1),
    ...perItem.map((milliseconds) => `${milliseconds.toFixed(1)} ms`),
    `${(peak.stop() / 1e6).toFixed(0)} MB`,
    `${(bytes / 1000).toFixed(1)} kB`,
  ]);
}

async function configOf(folder: string, items: number): Promise<Record<string, unknown>> {
  const path = join(folder, `items-${items}.jsonl`);
  await writeSyntheticDataset(path, items);
  return {
    run_name: `growth-${items}`,
    data: { path },
    paths: { output_folder: join(folder, 'results') },
    inference: { provider: 'stub', sandbox_provider: 'none', max_iter: 1, batch_size: inFlight },
  };
}

async function databaseBytes({ postgres }: TemporalCluster): Promise<number> {
  return Number(await postgres.ask('select sum(pg_database_size(datname)) from pg_database'));
}

/** The most memory that one of the processes had. */
function watchMemory(pids: readonly number[]): { stop(): number } {
  let most = 0;
  let watching = true;
  const watch = async (): Promise<void> => {
    for (; watching; await sleep(1000))
      for (const pid of pids) most = Math.max(most, await memoryOf(pid).catch(() => 0));
  };
  watch().catch(() => undefined);
  return {
    stop() {
      watching = false;
      return most;
    },
  };
}

function print(cells: readonly (string | number)[]): void {
  process.stdout.write(`${cells.map((cell) => String(cell).padStart(14)).join('')}\n`);
}
