import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { benchHome } from '../../setup/home.js';
import { forgetS3Client } from '../../src/storage/s3Store.ts';
import { freePort } from '../../src/temporal/ports.ts';
import { buildGoTool, canBuildGoTool } from '../support/goTool.ts';

const motoVersion = '5.2.5';
const gatewayVersion = 'v1.8.0';
const gatewayName = `versitygw-${gatewayVersion}`;

export interface S3Server {
  readonly url: string;
  readonly bucket: string;
  /** versitygw: the files of the bucket. */
  readonly objects: string;
  readonly process: ChildProcess;
  /** Another process in the place of one that has ended; it is not waited for. */
  spawn(): ChildProcess;
  stop(): Promise<void>;
}

/** Real S3 servers that nobody here wrote. moto keeps its objects in memory and checks no signature, versitygw on a disk, and does. */
export const serverKinds = ['moto', 'versitygw'] as const;
export type ServerKind = (typeof serverKinds)[number];

/** versitygw is built with Go; without it, its tests are skipped. */
export function canStart(kind: ServerKind): boolean {
  return kind === 'moto' || canBuildGoTool(gatewayName);
}

export interface S3ServerOptions {
  /** Nobody may write. */
  readonly readonly?: boolean;
  /** One for its files, which stays; default: one that goes with it. */
  readonly folder?: string;
  readonly address?: string;
  /** A command before its own, which puts it where that address is. */
  readonly enter?: readonly string[];
}

/** Starts one with one bucket, which may be one that nobody may write to; this process's SDK is pointed at it. */
export async function startS3Server(
  kind: ServerKind = 'moto',
  options: S3ServerOptions = {},
): Promise<S3Server> {
  const program = kind === 'moto' ? installMoto() : await installGateway();
  const { readonly = false, address = '127.0.0.1', enter = [] } = options;
  const port = await freePort([]);
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 's3-server-')));
  for (const name of ['objects', 'facts']) await mkdir(join(folder, name));
  const spawnServer = (flags: readonly string[]): ChildProcess => {
    const given = [...enter, program, ...flags, ...argumentsOf({ kind, address, port, folder })];
    return spawn(given[0] ?? program, given.slice(1), { stdio: 'ignore' });
  };
  const start = async (flags: readonly string[]): Promise<ChildProcess> => {
    const child = spawnServer(flags);
    await untilBucket(url, child).catch((error: unknown) => {
      child.kill('SIGKILL');
      throw error;
    });
    return child;
  };
  const url = `http://${address}:${port}`;
  pointAt(url);
  let child = await start([]);
  if (readonly) {
    await end(child);
    child = await start(['--readonly']);
  }
  return {
    url,
    bucket: 'results',
    objects: join(folder, 'objects', 'results'),
    get process() {
      return child;
    },
    spawn: () => (child = spawnServer([])),
    async stop() {
      await end(child);
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
      forgetS3Client();
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

export function pointAt(url: string): void {
  process.env['AWS_ENDPOINT_URL_S3'] = url;
  process.env['AWS_REGION'] = 'us-east-1';
  process.env['AWS_ACCESS_KEY_ID'] = 'access';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
  forgetS3Client();
}

interface Start {
  readonly kind: ServerKind;
  readonly address: string;
  readonly port: number;
  readonly folder: string;
}

function argumentsOf({ kind, address, port, folder }: Start): string[] {
  if (kind === 'moto') return ['-H', address, '-p', String(port)];
  const keys = ['--access', 'access', '--secret', 'secret', '--region', 'us-east-1'];
  const place = ['--port', `${address}:${port}`, '--quiet'];
  // Beside the objects, because not every file system has extended attributes.
  return [...keys, ...place, 'posix', '--sidecar', join(folder, 'facts'), join(folder, 'objects')];
}

/** Installed once per machine. */
function installMoto(): string {
  const folder = join(benchHome(), 'test-tools', `moto-${motoVersion}`);
  const program = join(folder, 'bin', 'moto_server');
  if (existsSync(program)) return program;
  execFileSync('python3', ['-m', 'venv', folder]);
  execFileSync(join(folder, 'bin', 'pip'), ['install', '-q', `moto[server]==${motoVersion}`]);
  return program;
}

async function installGateway(): Promise<string> {
  const folder = await buildGoTool(
    gatewayName,
    `github.com/versity/versitygw/cmd/versitygw@${gatewayVersion}`,
  );
  return join(folder, 'versitygw');
}

async function untilBucket(endpoint: string, child: ChildProcess): Promise<void> {
  const client = new S3Client({ endpoint, forcePathStyle: true, maxAttempts: 1 });
  for (let tries = 0; child.exitCode === null; tries += 1) {
    try {
      await client.send(new CreateBucketCommand({ Bucket: 'results' }));
      return client.destroy();
    } catch (error) {
      if (error instanceof Error && /^(BucketAlready|AccessDenied)/.test(error.name)) return client.destroy();
      if (tries > 200) throw error;
      await sleep(100);
    }
  }
  throw new Error(`the S3 server ended with ${child.exitCode}`);
}
