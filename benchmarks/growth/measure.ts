/**
 * What an item costs as runs grow: a Temporal server on PostgreSQL, three worker processes, synthetic items with a stub's
 * answer and no grading; records really written.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Client } from '@temporalio/client';
import { loadConfig } from '../../src/config/loadConfig.ts';
import { resolveSuite } from '../../src/config/resolveSuite.ts';
import { connectClient, type Server } from '../../src/temporal/connection.ts';
import { liveProgress, runsOfSuite } from '../../src/temporal/followSuite.ts';
import { submitSuite } from '../../src/temporal/submitSuite.ts';
import {
  clusterGap,
  startTemporalCluster,
  type TemporalCluster,
} from '../../test/support/temporalCluster.ts';
import { writeSyntheticDataset } from '../orchestration/syntheticDataset.ts';
import { memoryOf, processorSecondsOf, treeOf } from '../processes.ts';
import { addCosts, describeLine, heading, readNotes, writeNotes, type Costs } from './costs.ts';

const help = `What an item costs as runs grow. Each size is a run; it has a line for each 10,000 items, about these.

  npm run benchmark:growth -- [--keep FOLDER] [ITEMS ...]

  ITEMS          sizes of runs (1000 10000 100000)
  --keep FOLDER  keep all there: a measurement that was stopped goes on where it was, at the same call
`;

const workerProgram = join(import.meta.dirname, 'worker.ts');
const workerCount = 3;
const inFlight = 64;
const itemsOfLine = 10_000;

interface Rig {
  readonly folder: string;
  readonly cluster: TemporalCluster;
  readonly client: Client;
  readonly workers: readonly ChildProcess[];
  readonly interrupted: AbortSignal;
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { keep: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
});
if (flags.help) process.stdout.write(help);
else await main();

async function main(): Promise<void> {
  const sizes = positionals.length > 0 ? positionals.map(Number) : [1_000, 10_000, 100_000];
  if (sizes.some((size) => !Number.isInteger(size) || size < 1))
    throw new Error(`expected numbers of items such as 1000 10000, found ${positionals.join(' ')}`);
  const gap = await clusterGap();
  if (gap !== null) throw new Error(gap);
  const folder =
    flags.keep === undefined ? await mkdtemp(join(tmpdir(), 'bench-growth-')) : resolve(flags.keep);
  await mkdir(folder, { recursive: true });
  // PostgreSQL's own user has to reach its folder.
  await chmod(folder, 0o755);
  await withRig(folder, async (rig) => {
    process.stdout.write(heading);
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
    await cluster.stop();
    await client.connection.close();
    if (flags.keep === undefined) await rm(folder, { recursive: true, force: true });
  };
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interrupted.abort());
  try {
    await work({ folder, cluster, client, workers, interrupted: interrupted.signal });
  } finally {
    await cleanUp();
    // The client may still wait for a run's end.
    if (interrupted.signal.aborted) process.exit(130);
  }
}

async function measure(rig: Rig, size: number): Promise<void> {
  const ledger = await openLedger(rig, size);
  if (ledger.isClosed) return;
  const suite = resolveSuite(loadConfig({ document: await configOf(rig.folder, size) }));
  const { handle, suite: name } = await submitSuite(rig.client, suite, { fresh: false });
  const ended = handle.result();
  const isOver = ended.then(() => true);
  while (!(await Promise.race([isOver, sleep(5000, false, { signal: rig.interrupted })])))
    await ledger.note(await finishedOf(rig.client, name).catch(() => 0));
  const [result] = await ended;
  if (result?.counts.finished !== size) throw new Error(`not all are finished: ${JSON.stringify(result)}`);
  await ledger.close();
}

interface Ledger {
  /** The run was measured to its end before. */
  readonly isClosed: boolean;
  note(finished: number): Promise<void>;
  close(): Promise<void>;
}

/** Keeps what a run has taken, and prints a line as soon as there is one. */
async function openLedger(rig: Rig, size: number): Promise<Ledger> {
  const path = join(rig.folder, `costs-${size}.json`);
  let notes = await readNotes(path);
  for (const place of notes.lines.keys()) process.stdout.write(describeLine(notes, place));
  const before = notes.latest;
  const first = await costsOf(rig, before.items);
  const memory = watchMemory(pidsOf(rig));
  const keep = async (items: number, endsLine: boolean): Promise<void> => {
    const latest = addCosts(before, first, await costsOf(rig, items));
    const line = { until: latest, memory: memory.most };
    notes = { latest, lines: endsLine ? [...notes.lines, line] : notes.lines };
    await writeNotes(path, notes);
    if (!endsLine) return;
    memory.most = 0;
    process.stdout.write(describeLine(notes, notes.lines.length - 1));
  };
  return {
    isClosed: before.items === size,
    async note(finished) {
      // Shards that are just taken up again have not counted yet.
      const items = Math.max(finished, notes.latest.items);
      const inLine = items - (notes.lines.at(-1)?.until.items ?? 0);
      if (items < size) await keep(items, inLine >= itemsOfLine);
    },
    async close() {
      await keep(size, true);
      memory.stop();
    },
  };
}

async function finishedOf(client: Client, suite: string): Promise<number> {
  const [run] = (await runsOfSuite(client, suite))?.runs ?? [];
  return run === undefined ? 0 : (await liveProgress(client, run.run)).finished;
}

function pidsOf({ workers }: Rig): readonly number[] {
  return workers.map(({ pid }) => pid ?? 0);
}

async function costsOf(rig: Rig, items: number): Promise<Costs> {
  const { cluster } = rig;
  return {
    items,
    seconds: performance.now() / 1000,
    worker: await processorSecondsOf(pidsOf(rig)),
    server: await processorSecondsOf([cluster.process?.pid ?? 0]),
    database: await processorSecondsOf(await treeOf(cluster.postgres.process.pid ?? 0)),
    bytes: Number(await cluster.postgres.ask('select sum(pg_database_size(datname)) from pg_database')),
  };
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

/** The most memory that one of the processes had since it was set to 0. */
function watchMemory(pids: readonly number[]): { most: number; stop(): void } {
  let watching = true;
  const watched = {
    most: 0,
    stop() {
      watching = false;
    },
  };
  const watch = async (): Promise<void> => {
    for (; watching; await sleep(1000, null, { ref: false }))
      for (const pid of pids) watched.most = Math.max(watched.most, await memoryOf(pid).catch(() => 0));
  };
  watch().catch(() => undefined);
  return watched;
}
