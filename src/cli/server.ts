import { Command, InvalidArgumentError } from 'commander';
import {
  devServerStatus,
  startDevServer,
  stopDevServer,
  type DevServer,
  type DevServerOptions,
} from '../temporal/devServer.ts';

interface ServerFlags {
  readonly port?: number;
  readonly uiPort?: number;
  readonly json?: boolean;
}

/** `bench server start|stop|status`: the embedded Temporal server and its Web UI. */
export function serverCommand(): Command {
  const command = new Command('server').description('the embedded Temporal server and its Web UI');
  command
    .command('start')
    .description('start it, or join the one that runs')
    .option('--port <number>', 'gRPC port (default: the last one, 7233, or a free one)', toPort)
    .option('--ui-port <number>', 'port of the Web UI (default: the last one, 8233, or a free one)', toPort)
    .option('--json', 'print data as JSON')
    .action(start);
  command.command('stop').description('stop it').option('--json', 'print data as JSON').action(stop);
  command
    .command('status')
    .description('show whether it runs, and where (exit code 1 when it does not)')
    .option('--json', 'print data as JSON')
    .action(status);
  return command;
}

async function start(flags: ServerFlags): Promise<void> {
  const server = await startDevServer({ port: flags.port, uiPort: flags.uiPort, onWait: tellWaiting });
  if (flags.json === true) return printJson({ state: 'running', ...server });
  print(server.joined ? 'The server already runs.' : 'The server runs.', describe(server));
}

async function stop(flags: ServerFlags): Promise<void> {
  const stopped = await stopDevServer();
  if (flags.json === true) return printJson({ stopped });
  print(stopped ? 'The server is stopped; its histories are kept.' : 'No server was running.');
}

async function status(flags: ServerFlags): Promise<void> {
  const found = await devServerStatus();
  if (found.state !== 'running') process.exitCode = 1;
  if (flags.json === true) {
    return printJson(found.state === 'stopped' ? found : { state: found.state, ...found.server });
  }
  if (found.state === 'stopped') return print('The server does not run; `bench server start` starts it.');
  const headline = found.state === 'running' ? 'The server runs.' : 'The server runs but does not answer.';
  print(headline, describe(found.server));
}

function describe(server: DevServer): string {
  return [
    `  address   ${server.address}, namespace ${server.namespace}`,
    `  Web UI    ${server.uiUrl}`,
    `  version   Temporal server ${server.serverVersion}, process ${server.pid}`,
    `  database  ${server.database}`,
    `  log       ${server.log}`,
  ].join('\n');
}

const tellWaiting: DevServerOptions['onWait'] = (holderPid) => {
  process.stderr.write(`process ${holderPid} is starting or stopping the server; waiting for it\n`);
};

function toPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new InvalidArgumentError('expected a port between 1 and 65535.');
}

function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
