import { availableParallelism, hostname } from 'node:os';
import type { Client } from '@temporalio/client';
import { Runtime, Worker, type Logger, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import type { Activities } from '../../activities/activities.ts';
import { createActivities, createBuildActivities } from '../../activities/createActivities.ts';
import type { Ports } from '../../activities/ports.ts';
import { benchQueue } from '../../workflows/workflowIds.ts';
import { sandboxQueue } from '../core/flow/queues.ts';
import { connectWorker, type Server } from './connection.ts';
import { keepQueues, type QueueNeed } from './queueKeeper.ts';
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
  const { client, logger } = settings;
  const connection = await connectWorker(settings.server);
  const shared = sharedOptions(settings, connection);
  const { generateAnswer, checkEndpoint, gradeAnswer, ...light } = createActivities(settings.ports);
  const workers = [
    await openBenchWorker(shared, light, logger),
    await Worker.create({
      ...shared,
      taskQueue: sandboxQueue,
      activities: { gradeAnswer, ...createBuildActivities(settings.ports) },
      maxConcurrentActivityTaskExecutions: 4 * availableParallelism(),
    }),
  ];
  const open = ({ queue, slots }: QueueNeed): Promise<Worker> => {
    const activities = { generateAnswer, checkEndpoint, gradeAnswer };
    return Worker.create({
      ...shared,
      taskQueue: queue,
      activities,
      maxConcurrentActivityTaskExecutions: slots,
    });
  };
  return supervise({ workers, models: keepQueues({ client, logger, open }), connection });
}

type SharedOptions = Pick<WorkerOptions, 'connection' | 'namespace' | 'identity'> & Partial<WorkerOptions>;

function sharedOptions(
  { server, graceSeconds }: WorkerSettings,
  connection: NativeConnection,
): SharedOptions {
  return {
    connection,
    namespace: server.namespace,
    identity: `bench-${process.pid}@${hostname()}`,
    shutdownGraceTime: `${graceSeconds} seconds`,
    shutdownForceTime: `${graceSeconds + 5} seconds`,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 8 },
  };
}

async function openBenchWorker(
  shared: SharedOptions,
  activities: Partial<Activities>,
  logger: Logger,
): Promise<Worker> {
  return Worker.create({
    ...shared,
    taskQueue: benchQueue,
    workflowBundle: await workflowBundle(logger),
    activities,
    maxCachedWorkflows,
    workflowTaskPollerBehavior: { type: 'autoscaling' },
    stickyQueueScheduleToStartTimeout: '5 seconds',
  });
}

interface Parts {
  readonly workers: readonly Worker[];
  readonly models: ReturnType<typeof keepQueues>;
  readonly connection: NativeConnection;
}

/** When one of them ends, all do. */
function supervise({ workers, models, connection }: Parts): BenchWorker {
  const running = Promise.all(workers.map((worker) => worker.run()));
  const shutDown = async (): Promise<void> => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await models.stop();
  };
  const untilEnd = async (): Promise<void> => {
    try {
      await running;
    } finally {
      await shutDown();
      await connection.close().catch(() => undefined);
    }
  };
  const finished = untilEnd();
  return {
    finished,
    async stop() {
      await shutDown();
      await finished;
    },
  };
}

/** The engine's own messages go where ours go; called once per process, before anything else of the engine. */
export function installLogger(logger: Logger): void {
  Runtime.install({
    logger,
    shutdownSignals: [],
    telemetryOptions: { logging: { forward: {}, filter: 'WARN' } },
  });
}
