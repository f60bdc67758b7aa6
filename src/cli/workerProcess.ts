import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { benchHome } from '../../setup/home.js';
import { composePorts } from '../temporal/composePorts.ts';
import { keepServer } from '../temporal/keepServer.ts';
import { installLogger, startWorker } from '../temporal/worker.ts';
import type { Session } from './session.ts';

export interface RunningWorker {
  readonly finished: Promise<void>;
  stop(): Promise<void>;
}

/** A worker in this process, with everything it needs; messages of the engine go to a log file. */
export async function openWorker(
  { server, client }: Session,
  options: { readonly graceSeconds: number; readonly onLog?: (line: string) => void },
): Promise<RunningWorker & { readonly log: string }> {
  const { logger, log, close } = await openLog(options.onLog);
  installLogger(logger);
  const ports = await composePorts();
  const keeper = keepServer(server, () => logger.warn('the Temporal server is gone: starting it again'));
  const worker = await startWorker({ server, ports, client, logger, graceSeconds: options.graceSeconds });
  const untilEnd = async (): Promise<void> => {
    try {
      await worker.finished;
    } finally {
      await keeper.stop();
    }
  };
  const finished = untilEnd();
  return {
    finished,
    log,
    async stop() {
      // Steps that outlast the grace time make the engine complain; what they were doing is done again.
      const complain = (error: unknown): void =>
        logger.warn('stopped with steps in flight', { error: String(error) });
      await worker.stop().catch(complain);
      await finished.catch(complain);
      await ports.close();
      close();
    },
  };
}

async function openLog(onLog: ((line: string) => void) | undefined) {
  const folder = join(benchHome(), 'logs');
  await mkdir(folder, { recursive: true });
  const log = join(folder, `worker-${process.pid}.log`);
  const file = createWriteStream(log, { flags: 'a' });
  const write = ({ level, message, meta }: LogEntry): void => {
    const facts = meta === undefined ? '' : ` ${JSON.stringify(meta)}`;
    const line = `${new Date().toISOString()} ${level} ${message}${facts}`;
    file.write(`${line}\n`);
    onLog?.(line);
  };
  return { logger: new DefaultLogger('WARN', write), log, close: () => file.end() };
}
