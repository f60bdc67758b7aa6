import type { Logger } from '@temporalio/worker';
import type { Role } from '../core/flow/queues.ts';
import { startTelemetry } from '../telemetry/index.ts';
import { composePorts } from '../temporal/composePorts.ts';
import { keepServer } from '../temporal/keepServer.ts';
import { installLogger, startWorker } from '../temporal/worker.ts';
import { watchServer } from '../temporal/watchServer.ts';
import { lookAtHost } from './lookAtHost.ts';
import type { Session } from './session.ts';
import { openWorkerLog } from './workerLog.ts';

export interface RunningWorker {
  readonly finished: Promise<void>;
  stop(): Promise<void>;
}

export interface OpenedWorker extends RunningWorker {
  readonly log: string;
  readonly metricsAddress: string | null;
  /** What this host has and lacks for its roles, for people. */
  readonly capabilities: readonly string[];
}

export interface WorkerProcessOptions {
  readonly graceSeconds: number;
  /** Looks what this host has for these roles; without it, it works for all and errors say what is lacking. */
  readonly roles?: readonly Role[];
  /** Messages go to stderr as well. */
  readonly logs?: boolean;
  readonly metricsPort?: number | undefined;
  readonly metricsHost?: string | undefined;
}

/** A worker in this process, with everything it needs; messages of the engine go to a log file. */
export async function openWorker(
  { server, client }: Session,
  options: WorkerProcessOptions,
): Promise<OpenedWorker> {
  const log = await openWorkerLog(options.logs === true);
  const { logger } = log;
  installLogger(logger);
  const telemetry = await startTelemetry(options.metricsPort, options.metricsHost);
  const composed = await composePorts();
  const ports = { ...composed, observer: telemetry.observer };
  const attendance = attend({ server, client }, logger);
  const { graceSeconds, roles } = options;
  const host = roles === undefined ? null : await lookAtHost(ports, roles);
  const hasSandbox = host?.hasSandbox ?? true;
  const worker = await startWorker({ server, ports, client, logger, graceSeconds, roles, hasSandbox });
  const untilEnd = async (): Promise<void> => {
    try {
      await worker.finished;
    } finally {
      await attendance.stop();
    }
  };
  const finished = untilEnd();
  return {
    finished,
    log: log.file,
    capabilities: host?.lines ?? [],
    metricsAddress: telemetry.metricsAddress,
    async stop() {
      // Steps that outlast the grace time make the engine complain; what they were doing is done again.
      const complain = (error: unknown): void =>
        logger.warn('stopped with steps in flight', { error: String(error) });
      await worker.stop().catch(complain);
      await finished.catch(complain);
      await ports.close();
      await telemetry.close();
      log.close();
    },
  };
}

/** The embedded server is started again; of any it is said when it goes away and when it is back. */
function attend({ server, client }: Session, logger: Logger): { stop(): Promise<unknown> } {
  const keeper = keepServer(server, () => logger.warn('the Temporal server is gone: starting it again'));
  const watch = watchServer({ server, client, logger });
  return { stop: () => Promise.all([keeper.stop(), watch.stop()]) };
}
