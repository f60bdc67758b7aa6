import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import { readFile } from 'node:fs/promises';
import { json, text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { PreparedEnvironment } from '../../../src/ports/sandbox.ts';
import type { ItemOfOriginal } from './sandboxServers.ts';

export interface PlainServer {
  readonly url: string;
  readonly bodies: ItemOfOriginal[];
  readonly paths: string[];
  readonly stop: () => Promise<void>;
}

export interface PlainAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Somebody else's server: the original's one route, and nothing else. */
export async function startPlainServer(
  answer: (item: ItemOfOriginal) => Promise<PlainAnswer> | PlainAnswer,
): Promise<PlainServer> {
  const bodies: ItemOfOriginal[] = [];
  const paths: string[] = [];
  const handle = async (request: IncomingMessage): Promise<PlainAnswer> => {
    paths.push(request.url ?? '');
    if (request.method !== 'POST' || !request.url?.startsWith('/run_item?')) {
      return { status: 404, body: { detail: 'Not Found' } };
    }
    const item = (await json(request)) as ItemOfOriginal;
    bodies.push(item);
    return answer(item);
  };
  const server = createServer((request, response) => {
    handle(request).then(
      ({ status, body, headers }) => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      },
      (error: unknown) => response.writeHead(500).end(JSON.stringify({ detail: String(error) })),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `127.0.0.1:${port}/run_item`,
    bodies,
    paths,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Edits the file as the contract says, and really runs Django's own runtests.py on it; a hang is a 500. */
export function realDjango(
  environment: PreparedEnvironment,
  limitSeconds: number,
): (item: ItemOfOriginal) => Promise<PlainAnswer> {
  return async (item) => {
    const path = join(environment.sourceRoot, item.file_path);
    const lines = (await readFile(path, 'utf8')).split('\n');
    const edited = [
      ...lines.slice(0, item.start_line - 1),
      item.replace_content,
      ...lines.slice(item.end_line),
    ].join('\n');
    const output = await runTests(environment, { path, edited, tests: item.tests, limitSeconds });
    if (output === null) return { status: 500, body: { detail: 'Internal Server Error' } };
    return { status: 200, body: { datapoint: item, test_output: output, edited_file: edited } };
  };
}

interface Run {
  readonly path: string;
  readonly edited: string;
  readonly tests: readonly string[];
  readonly limitSeconds: number;
}

/** Null when it had to be killed. */
async function runTests(environment: PreparedEnvironment, run: Run): Promise<string | null> {
  const mounts = ['--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'];
  const python = [
    environment.python,
    '-X',
    'pycache_prefix=/tmp/compiled',
    'runtests.py',
    '--settings=test_sqlite',
    '--parallel=1',
  ];
  const child = spawn(
    'bwrap',
    [
      ...mounts,
      '--unshare-pid',
      '--die-with-parent',
      '--ro-bind-data',
      '3',
      run.path,
      '--chdir',
      join(environment.sourceRoot, 'tests'),
      '--',
      ...python,
      ...run.tests,
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], PYTHONPATH: environment.sourceRoot },
    },
  );
  (child.stdio[3] as Writable).end(run.edited);
  let hangs = false;
  const clock = setTimeout(() => (hangs = child.kill('SIGKILL')), run.limitSeconds * 1000);
  const parts = await Promise.all([1, 2].map((stream) => text(child.stdio[stream] as Readable)));
  clearTimeout(clock);
  return hangs ? null : parts.join('\n');
}
