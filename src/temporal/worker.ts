import { availableParallelism, hostname } from 'node:os';
import { Client } from '@temporalio/client';
import { Runtime, Worker, type Logger, type WorkerOptions } from '@temporalio/worker';
import type { Activities } from '../../activities/activities.ts';
import { createActivities } from '../../activities/createActivities.ts';
import type { Ports } from '../../activities/ports.ts';
import { sandboxQueue } from '../../activities/queues.ts';
import { benchQueue } from '../../workflows/workflowIds.ts';
import { connectWorker, type Server } from './connection.ts';
import { keepQueues } from './queueKeeper.ts';
import { workflowBundle } from './workflowBundle.ts';

export interface BenchWorker {
  /** Ends when the worker has been stopped; rejects when it cannot go on. */
  readonly finished: Promise<void>;
  /** Takes no new work and lets what is running come to its end, within the grace time. */
  stop(): Promise<void>;
}

export interface WorkerSettings {
  readonly server: Server;
  readonly ports: Ports;
  readonly client: Client;
  readonly logger: Logger;
  /** How long running steps may go on after `stop`, in seconds. */
  readonly graceSeconds: number;
}

/** More workflows than can be open at a time; below that number throughput falls by half. */
const maxCachedWorkflows = 2000;

/** One process that does everything: workflows and light steps, every open endpoint's requests, the sandbox pool. */
export async function startWorker(settings: WorkerSettings): Promise<BenchWorker> {
  const { server, logger, graceSeconds } = settings;
  const connection = await connectWorker(server);
  const activities = createActivities(settings.ports);
  const shared: Pick<WorkerOptions, 'connection' | 'namespace' | 'identity'> & Partial<WorkerOptions> = {
    connection,
    namespace: server.namespace,
    identity: `bench-${process.pid}@${hostname()}`,
    shutdownGraceTime: `${graceSeconds} seconds`,
    shutdownForceTime: `${graceSeconds + 5} seconds`,
    activityTaskPollerBehavior: { type: 'autoscaling' },
  };
  const { generateAnswer, checkEndpoint, gradeAnswer, ...light } = activities;
  const workers = await Promise.all([
    Worker.create({
      ...shared,
      taskQueue: benchQueue,
      workflowBundle: await workflowBundle(logger),
      activities: light,
      maxCachedWorkflows,
      workflowTaskPollerBehavior: { type: 'autoscaling' },
      stickyQueueScheduleToStartTimeout: '5 seconds',
    }),
    Worker.create({
      ...shared,
      taskQueue: sandboxQueue,
      activities: { gradeAnswer },
      maxConcurrentActivityTaskExecutions: 4 * availableParallelism(),
    }),
  ]);
  const models = keepQueues({
    client: settings.client,
    logger,
    open: ({ queue, slots }) =>
      Worker.create({
        ...shared,
        taskQueue: queue,
        activities: { generateAnswer, checkEndpoint } satisfies Partial<Activities>,
        maxConcurrentActivityTaskExecutions: slots,
      }),
  });
  const running = Promise.all(workers.map((worker) => worker.run()));
  return {
    finished: end(),
    async stop() {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await models.stop();
      await running;
    },
  };

  async function end(): Promise<void> {
    try {
      await running;
    } finally {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await models.stop();
      await connection.close().catch(() => undefined);
    }
  }
}

/** The engine's own messages go where ours go; called once per process, before anything else of the engine. */
export function installLogger(logger: Logger): void {
  Runtime.install({
    logger,
    shutdownSignals: [],
    telemetryOptions: { logging: { forward: {}, filter: 'WARN' } },
  });
}
