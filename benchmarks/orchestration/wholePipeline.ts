import { join } from 'node:path';
import type { Logger } from '@temporalio/worker';
import { loadConfig } from '../../src/config/loadConfig.ts';
import { resolveSuite } from '../../src/config/resolveSuite.ts';
import { submitSuite } from '../../src/temporal/submitSuite.ts';
import { startWorker } from '../../src/temporal/worker.ts';
import { costPerTurn, type Bench, type Cost, type Load } from './bench.ts';
import { instantPorts } from './instantPorts.ts';
import { writeSyntheticDataset } from './syntheticDataset.ts';

/** From submitting to the written tables, records really written; only the model and the tests cost nothing. */
export async function measureWholePipeline(bench: Bench, load: Load, logger: Logger): Promise<Cost> {
  const { server, client, folder } = bench;
  const { items, turns, inFlight, name } = load;
  const path = join(folder, `items-${items}.jsonl`);
  await writeSyntheticDataset(path, items);
  const document = {
    run_name: name,
    data: { path },
    paths: { output_folder: join(folder, 'results') },
    inference: { provider: 'stub', sandbox_provider: 'none', max_iter: turns, batch_size: inFlight },
  };
  const suite = resolveSuite(loadConfig({ document }));
  const worker = await startWorker({ server, client, logger, ports: await instantPorts(), graceSeconds: 5 });
  try {
    return await costPerTurn(bench, load, async () => {
      const { handle } = await submitSuite(client, suite, { fresh: false });
      const [result] = await handle.result();
      if (result?.counts.turns === items * turns) return;
      throw new Error(`expected ${items * turns} turns: ${JSON.stringify(result)}`);
    });
  } finally {
    await worker.stop();
  }
}
