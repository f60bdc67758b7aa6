import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '@temporalio/worker';
import { findTemporalCli } from '../../setup/temporalCli.js';
import { connectClient, findServer } from '../../src/temporal/connection.ts';
import { startDevServer, stopDevServer } from '../../src/temporal/devServer.ts';
import { installLogger } from '../../src/temporal/worker.ts';
import type { Bench } from './bench.ts';

/** A Temporal server of its own in a new folder, for as long as the work takes; both are gone afterwards, by Ctrl-C too. */
export async function withBench(
  name: string,
  logger: Logger,
  work: (bench: Bench) => Promise<void>,
): Promise<void> {
  const cli = await findTemporalCli();
  if (cli !== null) process.env['BENCH_TEMPORAL_CLI'] = cli.path;
  const folder = await mkdtemp(join(tmpdir(), `bench-${name}-`));
  process.env['BENCH_HOME'] = join(folder, 'home');
  installLogger(logger);
  const cleanUp = async (): Promise<void> => {
    await stopDevServer();
    await rm(folder, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => void cleanUp().finally(() => process.exit(130)));
  try {
    const { pid: serverPid } = await startDevServer();
    const server = await findServer({ address: null, namespace: null, start: false });
    const client = await connectClient(server);
    await work({ server, serverPid, client, folder });
    await client.connection.close();
  } finally {
    await cleanUp();
  }
}
