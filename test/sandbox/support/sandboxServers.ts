import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { listEnvironments, openEnvironment } from '../../../src/environments/index.ts';
import type { PreparedEnvironment, Sandbox } from '../../../src/ports/sandbox.ts';
import {
  builderLimits,
  createBubblewrapSandbox,
  listTests,
  runnerDigest,
} from '../../../src/sandbox/index.ts';
import { createSandboxServer, type ServerRules } from '../../../src/sandbox/server/index.ts';
import { mainFile } from '../../cli/runBench.ts';
import { target } from './candidates.ts';

export interface RunningServer {
  readonly url: string;
  readonly log: string[];
  stop(graceSeconds?: number): Promise<void>;
}

const slots = 2;

/** Our server in this process, on a free port, with real Django in a real sandbox. */
export async function startServer(
  change: Partial<ServerRules> = {},
  sandbox: Sandbox = createBubblewrapSandbox({ slots }),
): Promise<RunningServer> {
  const log: string[] = [];
  const server = createSandboxServer({
    rules: {
      repository: 'django',
      token: null,
      openRunItem: true,
      bodyBytes: 4 << 20,
      queueLength: 64,
      itemLimits: { ...builderLimits, wallSeconds: 30, cpuSeconds: 30, memoryBytes: 512 << 20 },
      ...change,
    },
    parts: {
      sandbox,
      provider: 'bubblewrap',
      slots,
      runnerDigest: await runnerDigest(),
      listEnvironments: async () => (await listEnvironments()).map(({ environment }) => environment),
      openEnvironment,
      listTests: (environment, labels) => listTests({ environment, labels }),
    },
    log: (line) => log.push(line),
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return { url, log, stop: (graceSeconds = 0) => server.stop(graceSeconds) };
}

/** `bench sandbox serve` in a process of its own; its first line is its address. */
export async function spawnServer(given: readonly string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [mainFile, 'sandbox', 'serve', ...given], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, url };
}

export interface ItemOfOriginal {
  readonly file_path: string;
  readonly replace_content: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly tests: readonly string[];
  readonly [more: string]: unknown;
}

/** A body of the original's route: phone2numeric is replaced, decorators and neighbours stay. */
export async function itemOf(
  environment: PreparedEnvironment,
  content: string | null,
  tests: readonly string[],
): Promise<ItemOfOriginal> {
  const lines = (await readFile(join(environment.sourceRoot, target), 'utf8')).split('\n');
  const start = lines.findIndex((line) => line.startsWith('def phone2numeric'));
  let end = start + 1;
  while (/^(\s|$)/.test(lines[end] ?? 'x')) end += 1;
  while (lines[end - 1] === '') end -= 1;
  return {
    idx: 7,
    dp_id: 'django_7',
    file_path: target,
    replace_content: content ?? lines.slice(start, end).join('\n'),
    method_name: 'phone2numeric',
    start_line: start + 1,
    end_line: end,
    tests,
  };
}
