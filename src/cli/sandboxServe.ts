import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { ConfigError } from '../core/errors.ts';
import { listEnvironments, openEnvironment } from '../environments/index.ts';
import {
  builderLimits,
  chooseLocalProvider,
  createSandbox,
  listTests,
  runnerDigest,
} from '../sandbox/index.ts';
import { createSandboxServer, type ServerParts, type ServerRules } from '../sandbox/server/index.ts';
import { interruptSignal } from './interrupt.ts';
import { toCount, toPositive } from './numbers.ts';

interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly provider: string;
  readonly slots: number;
  readonly repository: string;
  readonly tokenEnv?: string;
  readonly openRunItem?: boolean;
  readonly queue: number;
  readonly bodyLimit: number;
  readonly timeLimit: number;
  readonly memory: number;
  readonly warmMemory: number;
  readonly grace: number;
  readonly quiet?: boolean;
}

/** `bench sandbox serve`: grades for other machines, and for the original's client, until it is stopped. */
export function sandboxServeCommand(): Command {
  return new Command('serve')
    .description(
      "grade over HTTP: POST /run_item (the original's contract), POST /v1/grade, and /openapi.json",
    )
    .option('--host <address>', 'listen here', '127.0.0.1')
    .option('--port <n>', 'and on this port; 0 takes a free one', toCount, 8000)
    .option('--provider <name>', 'what contains a candidate: local, bubblewrap, docker', 'local')
    .option('--slots <n>', 'candidates graded at a time', toPositive, availableParallelism())
    .option('--repository <name>', 'the environment of /run_item', 'django')
    .option('--token-env <name>', 'variable that holds the bearer token; needed beyond loopback')
    .option('--open-run-item', '/run_item needs no token: the original’s client knows none')
    .option('--queue <n>', 'items that may wait; more get 429', toCount, 256)
    .option('--body-limit <MiB>', 'largest body', toPositive, 16)
    .option('--time-limit <seconds>', 'of one item of /run_item', toPositive, 60)
    .option('--memory <MiB>', 'of one item of /run_item', toPositive, 1024)
    .option('--warm-memory <MiB>', 'of booted methods in each slot', toPositive, 512)
    .option('--grace <seconds>', 'how long items may go on when the server is stopped', toCount, 30)
    .option('--quiet', 'no line per request')
    .addHelpText('after', examples)
    .action(serve);
}

const examples = `
Examples:
  bench sandbox serve                                        for this machine, no token
  SANDBOX_TOKEN=… bench sandbox serve --host 0.0.0.0 --token-env SANDBOX_TOKEN
  SANDBOX_URL=host:8000/run_item bench run --set inference.sandbox_provider=restapi`;

async function serve(options: ServeOptions): Promise<void> {
  const rules = rulesOf(options, process.env);
  const parts = await openParts(options);
  const signal = interruptSignal();
  const log = options.quiet === true ? undefined : tell;
  const server = createSandboxServer({ parts, rules, ...(log && { log }) });
  const address = await listen(server, options);
  process.stdout.write(`${address}\n`);
  tell(
    `Grades ${options.repository} with ${parts.provider}, ${parts.slots} at a time, at ${address}; Ctrl-C stops it.`,
  );
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await server.stop(options.grace);
}

async function listen(
  server: ReturnType<typeof createSandboxServer>,
  { host, port }: Pick<ServeOptions, 'host' | 'port'>,
): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(
      `Expected to listen on ${host}:${port}, found: ${found}.\nTake another with --host and --port; --port 0 takes a free one.`,
      { cause },
    );
  }
}

/** Fails here, not at the first item. */
async function openParts(options: ServeOptions): Promise<ServerParts> {
  const { provider, slots, repository, warmMemory } = options;
  const name = provider === 'local' ? await chooseLocalProvider() : provider;
  if (name === 'restapi')
    throw new ConfigError('A server grades by itself: --provider local, bubblewrap or docker.');
  const sandbox = createSandbox(name, { slots, warmMemoryBytes: warmMemory * 1024 ** 2 });
  await sandbox.check();
  await sandbox.prepare(await openEnvironment(repository));
  return {
    sandbox,
    provider: name,
    slots,
    runnerDigest: await runnerDigest(),
    listEnvironments: async () => (await listEnvironments()).map(({ environment }) => environment),
    openEnvironment,
    listTests: (environment, labels) => listTests({ environment, labels }),
  };
}

/** Throws ConfigError where the server would be open to strangers. */
export function rulesOf(
  options: Omit<ServeOptions, 'slots' | 'provider' | 'grace' | 'port' | 'warmMemory'>,
  environment: Readonly<Record<string, string | undefined>>,
): ServerRules {
  const { host, tokenEnv } = options;
  const token = tokenEnv === undefined ? null : (environment[tokenEnv]?.trim() ?? '');
  if (token === '') {
    throw new ConfigError(
      `The variable ${tokenEnv} is not set; --token-env names it.\nPut ${tokenEnv}=… into .env or export it.`,
    );
  }
  if (token === null && !isLoopback(host)) {
    throw new ConfigError(
      `Expected a token for an address that others can reach (${host}), found none.\nName the variable that holds one with --token-env, or listen on 127.0.0.1.`,
    );
  }
  return {
    repository: options.repository,
    token,
    openRunItem: options.openRunItem === true || token === null,
    bodyBytes: options.bodyLimit * 1024 ** 2,
    queueLength: options.queue,
    itemLimits: {
      ...builderLimits,
      wallSeconds: options.timeLimit,
      cpuSeconds: options.timeLimit,
      memoryBytes: options.memory * 1024 ** 2,
      outputBytes: 1024 ** 2,
    },
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
