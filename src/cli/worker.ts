import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import type { Client } from '@temporalio/client';
import { roles, type Role } from '../core/flow/queues.ts';
import { configFromOptions, type ConfigOptions } from './configOptions.ts';
import { interruptSignal } from './interrupt.ts';
import { tell, withSession } from './session.ts';
import { openWorker } from './workerProcess.ts';

interface WorkerOptions extends Pick<ConfigOptions, 'config'> {
  readonly idleExit?: number;
  readonly grace: number;
  readonly roles?: readonly Role[];
  readonly keep?: boolean;
  readonly metricsPort?: number;
  readonly metricsHost?: string;
}

/** `bench worker`: does the work of every open run of a server, until it is stopped. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('Work for every open run of the server: workflows, model requests, sandboxes.')
    .option('-c, --config <file>', 'take temporal.address and temporal.namespace from this file')
    .option('--roles <list>', `what this host is for: ${roles.join(', ')} (default: all)`, toRoles)
    .option('--idle-exit <seconds>', 'end when no run has been open for so long', toSeconds)
    .option('--grace <seconds>', 'how long steps in flight may go on when it is stopped', toSeconds, 30)
    .option('--metrics-port <port>', 'answer Prometheus at http://127.0.0.1:PORT/metrics', toPort)
    .option('--metrics-host <address>', 'there on another address than 127.0.0.1')
    .option('--keep', 'start it again when it is killed')
    .addHelpText(
      'after',
      `
The first Ctrl-C lets steps in flight come to their end, a second one does not wait. Answers that were stored
are never asked for again. Keys are read from this process's environment and .env.

With --roles several hosts share the work: \`workflow\` gives the order of steps and writes tables, \`model\` asks models
(their keys are needed there and nowhere else), \`sandbox\` runs candidates (environments are needed there and nowhere
else, and built where they are missing). What a host lacks it says, and another one does that work.`,
    )
    .action((options: WorkerOptions) => (options.keep === true ? keepAlive() : work(options)));
}

async function work(options: WorkerOptions): Promise<void> {
  const config = options.config === undefined ? undefined : await configFromOptions(options);
  const signal = interruptSignal();
  await withSession({ ...(config && { config }), start: false }, async (session) => {
    const worker = await openWorker(session, {
      graceSeconds: options.grace,
      logs: true,
      roles: options.roles ?? roles,
      metricsPort: options.metricsPort,
      metricsHost: options.metricsHost,
    });
    if (worker.metricsAddress !== null) tell(`Figures for Prometheus: ${worker.metricsAddress}`);
    for (const line of worker.capabilities) tell(line);
    tell(`A worker for ${session.server.address} runs; Ctrl-C stops it. Log: ${worker.log}`);
    const stopped = new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    await Promise.race([worker.finished, stopped, idle(session.client, options.idleExit)]);
    await worker.stop();
  });
}

async function idle(client: Client, seconds: number | undefined): Promise<void> {
  if (seconds === undefined) return new Promise(() => undefined);
  for (let idleSince = Date.now(); Date.now() - idleSince < seconds * 1000;) {
    await sleep(2000, undefined, { ref: false });
    const open = await client.workflow.count("ExecutionStatus = 'Running'").catch(() => ({ count: 1 }));
    if (open.count > 0) idleSince = Date.now();
  }
}

/** A parent that does nothing but start the worker again; a worker that ends by itself is left alone. */
async function keepAlive(): Promise<void> {
  const argv = process.argv.slice(1).filter((argument) => argument !== '--keep');
  const signal = interruptSignal();
  while (!signal.aborted) {
    const child = spawn(process.execPath, argv, { stdio: 'inherit' });
    const pass = (): void => void child.kill('SIGTERM');
    signal.addEventListener('abort', pass, { once: true });
    const killed = await new Promise<boolean>((resolve) =>
      child.once('exit', (_, name) => resolve(name !== null)),
    );
    signal.removeEventListener('abort', pass);
    if (!killed) {
      process.exitCode = child.exitCode ?? 0;
      return;
    }
    tell('The worker was killed; starting it again.');
    await sleep(500);
  }
}

function toRoles(text: string): readonly Role[] {
  const names = text.split(',').map((name) => name.trim());
  const chosen = roles.filter((role) => names.includes(role));
  const unknown = names.filter((name) => !chosen.some((role) => role === name));
  if (unknown.length === 0) return chosen;
  throw new InvalidArgumentError(`expected some of ${roles.join(', ')}, found "${unknown.join(', ')}".`);
}

function toPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65536) return port;
  throw new InvalidArgumentError('expected a port, or 0 for a free one.');
}

function toSeconds(text: string): number {
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds;
  throw new InvalidArgumentError('expected a number of seconds.');
}
