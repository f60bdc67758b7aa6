import { spawn, type ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { benchHome } from '../../setup/home.js';
import { forgetS3Client } from '../../src/storage/s3Store.ts';
import { freePort } from '../../src/temporal/ports.ts';

const version = '5.2.5';

export interface S3Server {
  readonly url: string;
  readonly bucket: string;
  stop(): void;
}

/** A real S3 server that nobody here wrote (moto), with one bucket; this process's SDK is pointed at it. */
export async function startS3Server(): Promise<S3Server> {
  const program = installMoto();
  const port = await freePort([]);
  const child = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  pointAt(url);
  await createBucket(url, 'results', child);
  return {
    url,
    bucket: 'results',
    stop() {
      child.kill('SIGKILL');
      forgetS3Client();
    },
  };
}

export function pointAt(url: string): void {
  process.env['AWS_ENDPOINT_URL_S3'] = url;
  process.env['AWS_REGION'] = 'us-east-1';
  process.env['AWS_ACCESS_KEY_ID'] = 'access';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
  forgetS3Client();
}

/** Installed once per machine. */
function installMoto(): string {
  const folder = join(benchHome(), 'test-tools', `moto-${version}`);
  const program = join(folder, 'bin', 'moto_server');
  if (existsSync(program)) return program;
  execFileSync('python3', ['-m', 'venv', folder]);
  execFileSync(join(folder, 'bin', 'pip'), ['install', '-q', `moto[server]==${version}`]);
  return program;
}

async function createBucket(endpoint: string, bucket: string, child: ChildProcess): Promise<void> {
  const client = new S3Client({ endpoint, forcePathStyle: true, maxAttempts: 1 });
  for (let tries = 0; child.exitCode === null; tries += 1) {
    try {
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      return client.destroy();
    } catch (error) {
      if (tries > 200) throw error;
      await sleep(100);
    }
  }
  throw new Error(`moto_server ended with ${child.exitCode}`);
}
