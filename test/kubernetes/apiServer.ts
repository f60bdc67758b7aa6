import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/temporal/ports.ts';

/** A real API server on etcd: it checks, keeps and deletes objects; no node runs anything. */
export interface ApiServer {
  /** For kubectl. */
  readonly kubeconfig: string;
  stop(): void;
}

/** What is missing on this machine, or null. */
export function missingPrograms(): string | null {
  const missing = ['etcd', 'kube-apiserver', 'kubectl'].filter((name) => spawnSync(name, ['--help']).error);
  return missing.length === 0 ? null : `not on the PATH: ${missing.join(', ')}`;
}

/** Starts both on free ports, in a folder that goes with them. */
export async function startApiServer(): Promise<ApiServer> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-kubernetes-'));
  const token = randomBytes(16).toString('hex');
  const files = writeFiles(folder, token);
  const client = await freePort([]);
  const peer = await freePort([]);
  const port = await freePort([]);
  const database = `http://127.0.0.1:${client}`;
  const children: ChildProcess[] = [
    start('etcd', [
      ...[
        '--data-dir',
        join(folder, 'etcd'),
        '--listen-client-urls',
        database,
        '--advertise-client-urls',
        database,
      ],
      ...['--listen-peer-urls', `http://127.0.0.1:${peer}`],
    ]),
  ];
  children.push(
    start('kube-apiserver', [
      `--etcd-servers=${database}`,
      `--secure-port=${port}`,
      '--bind-address=127.0.0.1',
      `--cert-dir=${join(folder, 'certificates')}`,
      '--service-account-issuer=https://example.org',
      `--service-account-key-file=${files.publicKey}`,
      `--service-account-signing-key-file=${files.privateKey}`,
      '--service-cluster-ip-range=10.0.0.0/24',
      '--authorization-mode=AlwaysAllow',
      `--token-auth-file=${files.tokens}`,
      '--disable-admission-plugins=ServiceAccount',
    ]),
  );
  const kubeconfig = writeKubeconfig(folder, { port, token });
  const stop = (): void => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  await untilReady(kubeconfig, stop);
  return { kubeconfig, stop };
}

function start(program: string, given: readonly string[]): ChildProcess {
  return spawn(program, given, { stdio: 'ignore' });
}

function writeFiles(folder: string, token: string) {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const files = { publicKey: 'sa.pub', privateKey: 'sa.key', tokens: 'tokens.csv' };
  const write = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  return {
    publicKey: write(files.publicKey, pair.publicKey),
    privateKey: write(files.privateKey, pair.privateKey),
    tokens: write(files.tokens, `${token},tester,1\n`),
  };
}

function writeKubeconfig(
  folder: string,
  { port, token }: { readonly port: number; readonly token: string },
): string {
  const path = join(folder, 'kubeconfig');
  const cluster = { server: `https://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true };
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'one', cluster }],
    users: [{ name: 'one', user: { token } }],
    contexts: [{ name: 'one', context: { cluster: 'one', user: 'one' } }],
    'current-context': 'one',
  };
  writeFileSync(path, JSON.stringify(content));
  return path;
}

async function untilReady(kubeconfig: string, stop: () => void): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const asked = spawnSync('kubectl', ['get', 'namespace', 'default'], {
      env: { ...process.env, KUBECONFIG: kubeconfig },
    });
    if (asked.status === 0) return;
    await sleep(200);
  }
  stop();
  throw new Error('The API server was not ready in time.');
}
