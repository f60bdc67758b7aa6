import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { connectWorker } from '../../src/temporal/connection.ts';
import { costPerTurn, type Bench, type Cost, type Load } from './bench.ts';

/**
 * The engine alone. With `eager` the activities share the workflows' queue, and the server hands them out with the
 * workflow's own answer; otherwise they have a queue of their own, as an endpoint and a sandbox pool need one.
 */
export async function measureBareEngine(bench: Bench, load: Load, eager: boolean): Promise<Cost> {
  const { server } = bench;
  const connection = await connectWorker(server);
  const shared = {
    connection,
    namespace: server.namespace,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 5 },
  } as const;
  const activities = {
    nothing: ({ item, turn }: { item: number; turn: number }) => ({ key: `${item}-${turn}` }),
  };
  const workflows = await Worker.create({
    ...shared,
    taskQueue: 'bare',
    workflowsPath: fileURLToPath(new URL('./bareWorkflow.ts', import.meta.url)),
    maxCachedWorkflows: 2000,
    workflowTaskPollerBehavior: { type: 'autoscaling' },
    ...(eager && { activities }),
  });
  const own = await Worker.create({ ...shared, taskQueue: 'bare-activities', activities });
  const queue = eager ? 'bare' : 'bare-activities';
  const cost = costPerTurn(bench, load, () => runItems(bench, load, queue));
  try {
    return await own.runUntil(workflows.runUntil(cost));
  } finally {
    await connection.close();
  }
}

async function runItems({ client }: Bench, load: Load, queue: string): Promise<void> {
  let next = 0;
  const feed = async (): Promise<void> => {
    for (let item = next++; item < load.items; item = next++) {
      const input = { item, turns: load.turns, queue };
      const options = { taskQueue: 'bare', workflowId: `${load.name}-${item}`, args: [input] };
      await client.workflow.execute('bareItem', options);
    }
  };
  await Promise.all(Array.from({ length: load.inFlight }, feed));
}
