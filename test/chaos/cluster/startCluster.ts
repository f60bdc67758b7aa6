import type { ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../src/temporal/ports.ts';
import { mainFile } from '../../cli/runBench.ts';
import { startS3Server } from '../../storage/s3Server.ts';
import { startTemporalCluster } from '../../support/temporalCluster.ts';
import { openHost, spawnNode, untilSaid, type Host } from './host.ts';
import { openNetwork } from './network.ts';
import { keepRunning, type Part } from './part.ts';

/** A cluster of which every part is a process of its own. */
export interface ChaosCluster {
  /** Of the Temporal server. */
  readonly address: string;
  readonly parts: readonly Part[];
  readonly modelUrl: string;
  /** A line for each request that the model has had. */
  readonly requestLog: string;
  /** The bucket's files. */
  readonly objects: string;
  /** From now on the model thinks for so long. */
  paceModel(delayMilliseconds: number): Promise<void>;
  /** Ends all parts; what they have left stays on their hosts. */
  stop(): Promise<void>;
  /** Takes away networks and disks. */
  giveUpHosts(): Promise<void>;
}

export interface ClusterOptions {
  readonly folder: string;
  /** What the suite asks for, for the model. */
  readonly document: Readonly<Record<string, unknown>>;
  readonly cleanUps: AsyncDisposableStack;
}

const workers = [
  { name: 'workflow worker', role: 'workflow' },
  { name: 'model worker', role: 'model' },
  { name: 'second model worker', role: 'model' },
  { name: 'sandbox worker', role: 'sandbox', hasSmallDisk: true },
];

/** Starts all parts; `cleanUps` stops them and takes away their hosts. */
export async function startChaosCluster({
  folder,
  document,
  cleanUps,
}: ClusterOptions): Promise<ChaosCluster> {
  const hosts = cleanUps.use(new AsyncDisposableStack());
  const running = cleanUps.use(new AsyncDisposableStack());
  const network = await openNetwork(hosts);
  const open = (name: string, hasSmallDisk = false): Promise<Host> =>
    openHost({ name, folder, network, hasSmallDisk, cleanUps: hosts });
  const parts: Part[] = [];
  const keep = (part: Part): void => {
    parts.push(part);
    running.defer(() => part.stop());
  };
  const address = await startTemporal({ folder, host: network?.address, running }, keep);
  const objects = await startStore(await open('store', true), running, keep);
  const model = await startModel({ host: await open('model server'), folder, document }, keep);
  const toSandbox = await startSandboxServer(await open('sandbox server'), keep);
  for (const { name, role, hasSmallDisk } of workers)
    await startWorker({ host: await open(name, hasSmallDisk), role, address, toSandbox }, keep);
  const stop = (): Promise<void> => running.disposeAsync();
  return { ...model, address, parts, objects, stop, giveUpHosts: () => hosts.disposeAsync() };
}

type Keep = (part: Part) => void;

interface TemporalOptions {
  readonly folder: string;
  readonly host: string | undefined;
  readonly running: AsyncDisposableStack;
}

/** With its database; answers its address. */
async function startTemporal({ folder, host, running }: TemporalOptions, keep: Keep): Promise<string> {
  const temporal = await startTemporalCluster(folder, host);
  running.defer(() => temporal.stop());
  const { address, postgres } = temporal;
  keep(keepRunning({ name: 'database', host: null, server: postgres, stopSignal: 'SIGINT' }));
  keep(keepRunning({ name: 'Temporal server', host: null, server: temporal }));
  return address;
}

/** Answers where the files of its bucket are. */
async function startStore(host: Host, running: AsyncDisposableStack, keep: Keep): Promise<string> {
  const s3 = await startS3Server('versitygw', host);
  running.defer(() => s3.stop());
  keep(keepRunning({ name: host.name, host, server: s3 }));
  return s3.objects;
}

interface WorkerOptions {
  readonly host: Host;
  readonly role: string;
  readonly address: string;
  readonly toSandbox: Readonly<Record<string, string>>;
}

async function startWorker({ host, role, address, toSandbox }: WorkerOptions, keep: Keep): Promise<void> {
  const argv = [mainFile, 'worker', '--grace', '0', '--roles', role];
  const spawn = (): ChildProcess => spawnNode(host, argv, { ...toSandbox, TEMPORAL_ADDRESS: address });
  const running = spawn();
  keep(keepRunning({ name: host.name, host, server: { process: running, spawn } }));
  await untilSaid(host, 'runs; Ctrl-C stops it', running);
}

interface ModelOptions {
  readonly host: Host;
  readonly folder: string;
  readonly document: Readonly<Record<string, unknown>>;
}

async function startModel(
  { host, folder, document }: ModelOptions,
  keep: Keep,
): Promise<Pick<ChaosCluster, 'modelUrl' | 'requestLog' | 'paceModel'>> {
  const port = await freePort([]);
  const config = join(folder, 'suite.json');
  await writeFile(config, JSON.stringify(document));
  const requestLog = join(folder, 'requests.jsonl');
  await writeFile(requestLog, '');
  const program = join(import.meta.dirname, 'modelServer.ts');
  const place = ['--address', host.address, '--port', String(port)];
  let delay = 0;
  const spawn = (): ChildProcess => {
    const pace = ['--delay', String(delay)];
    return spawnNode(host, [program, '--config', config, '--log', requestLog, ...place, ...pace], {});
  };
  const running = spawn();
  const part = keepRunning({ name: host.name, host, server: { process: running, spawn } });
  keep(part);
  await untilSaid(host, 'answers at', running);
  const modelUrl = `http://${host.address}:${port}/v1`;
  return {
    modelUrl,
    requestLog,
    async paceModel(delayMilliseconds) {
      delay = Math.round(delayMilliseconds);
      await part.kill();
      while (!(await fetch(`${modelUrl}/models`).catch(() => null))?.ok) await sleep(100);
    },
  };
}

/** Answers the variables that lead to it. */
async function startSandboxServer(host: Host, keep: Keep): Promise<Record<string, string>> {
  const port = String(await freePort([]));
  const place = ['--host', host.address, '--port', port, '--token-env', 'SANDBOX_TOKEN'];
  const kind = ['--provider', 'bubblewrap', '--slots', '2', '--quiet', '--grace', '0'];
  const environment = { SANDBOX_URL: `${host.address}:${port}/run_item`, SANDBOX_TOKEN: 'of-the-trial' };
  const spawn = (): ChildProcess =>
    spawnNode(host, [mainFile, 'sandbox', 'serve', ...place, ...kind], environment);
  const running = spawn();
  keep(keepRunning({ name: host.name, host, server: { process: running, spawn } }));
  await untilSaid(host, 'Ctrl-C stops it', running);
  return environment;
}
