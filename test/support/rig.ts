import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { DefaultLogger } from '@temporalio/worker';
import type { Ports } from '../../activities/ports.ts';
import { scriptedSandbox } from '../../benchmarks/orchestration/scriptedSandbox.ts';
import { writeSyntheticDataset } from '../../benchmarks/orchestration/syntheticDataset.ts';
import { findTemporalCli } from '../../setup/temporalCli.js';
import { loadConfig } from '../../src/config/loadConfig.ts';
import { resolveSuite } from '../../src/config/resolveSuite.ts';
import type { SuiteRequest } from '../../src/core/run.ts';
import { createTasks } from '../../src/core/tasks/index.ts';
import { benchHome } from '../../setup/home.js';
import { createModel, explainModelGap } from '../../src/models/index.ts';
import { loadPythonParser } from '../../src/python/pythonParser.ts';
import { openStore } from '../../src/storage/index.ts';
import { connectClient, findServer, type Server } from '../../src/temporal/connection.ts';
import { stopDevServer } from '../../src/temporal/devServer.ts';
import { installLogger, startWorker, type BenchWorker } from '../../src/temporal/worker.ts';

/** A real Temporal server in a home of its own, and workers over ports that a test may change. */
export interface Rig {
  readonly folder: string;
  readonly server: Server;
  readonly client: Client;
  startWorker(ports?: Partial<Ports>): Promise<BenchWorker>;
  /** A suite on rows whose tests a scripted sandbox answers. */
  suite(items: number, document: Record<string, unknown>): Promise<SuiteRequest>;
  close(): Promise<void>;
}

/** Opens a rig; `BENCH_HOME` of this process is its home from now on. */
export async function openRig(): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-rig-'));
  await openHome(folder);
  const logger = new DefaultLogger('ERROR');
  installLogger(logger);
  const server = await findServer({ address: null, namespace: null, start: true });
  const client = await connectClient(server);
  const defaults = await scriptedPorts();
  return {
    folder,
    server,
    client,
    startWorker: (ports) =>
      startWorker({ server, client, logger, ports: { ...defaults, ...ports }, graceSeconds: 0 }),
    suite: (items, document) => syntheticSuite({ folder, items, document }),
    async close() {
      await client.connection.close();
      await stopDevServer();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A new home that shares what is slow to make with the machine's own. */
export async function openHome(folder: string): Promise<void> {
  const cli = await findTemporalCli();
  if (cli !== null) process.env['BENCH_TEMPORAL_CLI'] = cli.path;
  const home = join(folder, 'home');
  await makeHome(home);
  process.env['BENCH_HOME'] = home;
}

/** A folder to be somebody's `BENCH_HOME`, which shares the same. */
export async function makeHome(home: string): Promise<void> {
  await mkdir(home, { recursive: true });
  for (const shared of ['environments', 'workflow-bundles']) {
    await mkdir(join(benchHome(), shared), { recursive: true });
    await symlink(join(benchHome(), shared), join(home, shared));
  }
}

/** Everything real but the sandbox and the environment. */
export async function scriptedPorts(): Promise<Ports> {
  // Passes a file that returns its number, fails any other.
  const sandbox = scriptedSandbox((file) => (/return number$/m.test(file) ? 'passed' : 'failed'));
  return {
    openStore,
    createModel: (spec) => createModel(spec, process.env),
    explainModelGap: (spec) => explainModelGap(spec, process.env),
    sandboxFor: () => sandbox,
    chooseLocalProvider: () => Promise.resolve('bubblewrap'),
    openEnvironment: () => Promise.reject(new Error('these runs have no environment')),
    planBuild: () => Promise.reject(new Error('these runs have no environment')),
    tasks: createTasks(await loadPythonParser()),
  };
}

interface Synthetic {
  readonly folder: string;
  readonly items: number;
  readonly document: Record<string, unknown>;
}

async function syntheticSuite({ folder, items, document }: Synthetic): Promise<SuiteRequest> {
  const data = join(folder, `items-${items}.jsonl`);
  await writeSyntheticDataset(data, items);
  const { inference, paths, ...rest } = document;
  return resolveSuite(
    loadConfig({
      document: {
        data: { path: data },
        paths: { output_folder: join(folder, 'results'), ...(paths as object) },
        inference: { sandbox_provider: 'none', ...(inference as object) },
        ...rest,
      },
    }),
  );
}
