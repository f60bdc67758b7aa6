import { availableParallelism } from 'node:os';
import type { Client } from '@temporalio/client';
import { Runtime, Worker, type Logger, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import type { Activities, BuildActivities } from '../../activities/activities.ts';
import { createActivities, createBuildActivities } from '../../activities/createActivities.ts';
import { createEnvironmentBuilds, type EnvironmentBuilds } from '../../activities/environmentBuilds.ts';
import { createFeeding } from '../../activities/feeding/feeding.ts';
import { createHostGaps } from '../../activities/hostGaps.ts';
import type { Ports } from '../../activities/ports.ts';
import { isModelQueue } from '../../activities/queues.ts';
import { benchQueue, versionQueue } from '../../workflows/workflowIds.ts';
import { openItemsFor } from '../core/flow/decisions.ts';
import { presenceQueue, roles as allRoles, sandboxQueue, type Role } from '../core/flow/queues.ts';
import { countOthers, workerIdentity } from './pollers.ts';
import { connectWorker, type Server } from './connection.ts';
import { openPresence } from './presence.ts';
import { keepQueues, type QueueNeed } from './queueKeeper.ts';
import { watchSteps } from './watchSteps.ts';
import { workflowBundle } from './workflowBundle.ts';
import { WorkflowWorker } from './workflowWorker.ts';

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
  /** What it is there for; everything where nothing is said. */
  readonly roles?: readonly Role[] | undefined;
  /** False where this host cannot run candidates itself: it takes what sandbox servers do. */
  readonly hasSandbox?: boolean;
}

/** More workflows than can be open at a time; below that number throughput falls by half. */
const maxCachedWorkflows = 2000;

/** One process that does the work of its roles: workflows and light steps, open endpoints' requests, the sandbox pool. */
export async function startWorker(settings: WorkerSettings): Promise<BenchWorker> {
  const { client, logger, server, ports, roles = allRoles } = settings;
  const connection = await connectWorker(server);
  const feeding = createFeeding();
  const builds = openBuilds(settings);
  const { generateAnswer, checkEndpoint, gradeAnswer, ...light } = createActivities({
    ports,
    feeding,
    builds,
  });
  const datasetBuild = createBuildActivities(ports);
  const shared = sharedOptions(settings, connection);
  const opened = await Promise.all([
    ...roles.map((role) => openPresence(shared, presenceQueue(role))),
    ...(roles.includes('workflow') ? [openWorkflowWorkers(shared, light, logger)] : []),
    ...(roles.includes('sandbox') && settings.hasSandbox !== false
      ? [openSandboxWorker(shared, { planSuite: light.planSuite, gradeAnswer, ...datasetBuild })]
      : []),
  ]);
  const workers = opened.flat();
  const open = ({ queue, slots = gradingsAtATime() }: QueueNeed): Promise<Worker> => {
    const isModel = isModelQueue(queue);
    if (isModel) feeding.allow(queue, slots);
    const activities = isModel ? { generateAnswer, checkEndpoint } : { gradeAnswer };
    return Worker.create({
      ...shared,
      taskQueue: queue,
      activities,
      // Some wait at the endpoint's gate, so that the next request is sent when an answer comes.
      maxConcurrentActivityTaskExecutions: isModel ? openItemsFor(slots) : slots,
    });
  };
  const bePresent = (queue: string, identity = workerIdentity): Promise<Worker> =>
    openPresence({ ...shared, identity }, queue);
  const gapOf = createHostGaps(ports, builds);
  const queues = keepQueues({ client, logger, open, bePresent, roles, gapOf });
  return supervise({ workers, parts: [queues, builds], connection });
}

function openBuilds({ ports, client, logger }: WorkerSettings): EnvironmentBuilds {
  return createEnvironmentBuilds({
    ports,
    countOthers: () => countOthers(client, sandboxQueue),
    log: (line) => logger.warn(line),
  });
}

type SharedOptions = Pick<WorkerOptions, 'connection' | 'namespace' | 'identity'> & Partial<WorkerOptions>;

function sharedOptions(
  { server, graceSeconds, ports }: WorkerSettings,
  connection: NativeConnection,
): SharedOptions {
  return {
    connection,
    namespace: server.namespace,
    identity: workerIdentity,
    interceptors: { activity: [watchSteps(ports.observer)] },
    shutdownGraceTime: `${graceSeconds} seconds`,
    shutdownForceTime: `${graceSeconds + 5} seconds`,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 8 },
  };
}

/** One at the entry and one for what this version has begun. */
async function openWorkflowWorkers(
  shared: SharedOptions,
  activities: Partial<Activities>,
  logger: Logger,
): Promise<Worker[]> {
  // Once for both: where it is not in the cache it is made, which takes seconds.
  const bundle = await workflowBundle(logger);
  return Promise.all(
    [benchQueue, versionQueue].map((taskQueue) =>
      WorkflowWorker.create({
        ...shared,
        taskQueue,
        workflowBundle: bundle,
        activities,
        maxCachedWorkflows,
        workflowTaskPollerBehavior: { type: 'autoscaling' },
        stickyQueueScheduleToStartTimeout: '5 seconds',
      }),
    ),
  );
}

/** What needs a sandbox and no particular environment yet. */
function openSandboxWorker(
  shared: SharedOptions,
  activities: Partial<Activities> & BuildActivities,
): Promise<Worker> {
  return Worker.create({
    ...shared,
    taskQueue: sandboxQueue,
    activities,
    maxConcurrentActivityTaskExecutions: gradingsAtATime(),
  });
}

/** Waiting for a free slot is a part of a grading. */
function gradingsAtATime(): number {
  return 4 * availableParallelism();
}

interface Parts {
  readonly workers: readonly Worker[];
  /** What else is stopped with them. */
  readonly parts: readonly { stop(): Promise<void> }[];
  readonly connection: NativeConnection;
}

/** When one of them ends, all do. */
function supervise({ workers, parts, connection }: Parts): BenchWorker {
  const running = Promise.all(workers.map((worker) => worker.run()));
  const shutDown = async (): Promise<void> => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await Promise.all(parts.map((part) => part.stop()));
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
