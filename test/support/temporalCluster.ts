import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { stringify } from 'yaml';
import { freePort } from '../../src/temporal/ports.ts';
import { buildGoTool, canBuildGoTool } from './goTool.ts';
import { findPostgres, startPostgres, type Postgres } from './postgres.ts';

const run = promisify(execFile);
const version = 'v1.29.1';
const toolName = `temporal-server-${version}`;
const historyShards = 16;

/** A Temporal server as clusters have it, with its history, matching, frontend and worker services, on PostgreSQL. */
export interface TemporalCluster {
  readonly address: string;
  readonly postgres: Postgres;
  readonly log: string;
  /** The server's process at this moment. */
  readonly process: ChildProcess | null;
  /** Another process in the place of one that has ended; it is not waited for. */
  spawn(): ChildProcess;
  /** With SIGKILL; it stays away until `startServer`. */
  killServer(): Promise<void>;
  startServer(): Promise<void>;
  stop(): Promise<void>;
}

/** Why no cluster can run here; null where it can. */
export async function clusterGap(): Promise<string | null> {
  if ((await findPostgres()) === null) return 'no PostgreSQL here: apt-get install postgresql';
  return canBuildGoTool(toolName) ? null : 'no Go here, which builds the Temporal server';
}

/** In a folder of its own, from nothing or with what it had there before; the programs are built once per machine (6 minutes on 2 cores). */
export async function startTemporalCluster(folder: string, host = '127.0.0.1'): Promise<TemporalCluster> {
  const programs = await findPostgres();
  if (programs === null) throw new Error('PostgreSQL is missing: apt-get install postgresql');
  const module = 'go.temporal.io/server/cmd';
  const tools = await buildGoTool(toolName, `${module}/server@${version}`, `${module}/tools/sql@${version}`);
  const postgres = await startPostgres(programs, folder);
  const made = await postgres.ask("select count(*) from pg_database where datname = 'temporal_visibility'");
  if (made === '0') await makeTables(join(tools, 'sql'), postgres.port);
  const ports = await writeConfig(folder, { host, databasePort: postgres.port });
  const address = `${host}:${ports.frontend}`;
  const log = join(folder, 'temporal-server.log');
  let child: ChildProcess | null = null;
  const cluster: TemporalCluster = {
    address,
    postgres,
    log,
    get process() {
      return child;
    },
    spawn() {
      const out = openSync(log, 'a');
      const flags = ['--root', folder, '--config', 'config', '--env', 'cluster', 'start'];
      child = spawn(join(tools, 'server'), flags, {
        stdio: ['ignore', out, out],
        env: { GOGC: '400', ...process.env },
      });
      closeSync(out);
      return child;
    },
    async killServer() {
      if (child === null) return;
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      child = null;
    },
    async startServer() {
      await untilNamespace(address, cluster.spawn());
    },
    async stop() {
      await cluster.killServer();
      await postgres.stop();
    },
  };
  try {
    await cluster.startServer();
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

async function makeTables(tool: string, port: number): Promise<void> {
  for (const [database, schema] of [
    ['temporal', 'temporal'],
    ['temporal_visibility', 'visibility'],
  ] as const) {
    const place = ['--plugin', 'postgres12', '--endpoint', '127.0.0.1', '--port', String(port)];
    const common = [...place, '--user', 'temporal', '--password', 'none', '--database', database];
    await run(tool, [...common, 'create-database']);
    await run(tool, [...common, 'setup-schema', '--version', '0.0']);
    await run(tool, [...common, 'update-schema', '--schema-name', `postgresql/v12/${schema}`]);
  }
}

interface Place {
  /** The server's address. */
  readonly host: string;
  readonly databasePort: number;
}

async function writeConfig(
  folder: string,
  { host, databasePort }: Place,
): Promise<{ readonly frontend: number }> {
  // The server keeps its members' ports in 16 bits with a sign: those of `freePort` are low enough.
  const services = ['frontend', 'matching', 'history', 'worker'] as const;
  const rpc = await Promise.all(
    services.map(async (name) => {
      const [grpcPort, membershipPort] = await Promise.all([freePort([]), freePort([])]);
      return [name, { rpc: { grpcPort, membershipPort, bindOnIP: host } }] as const;
    }),
  );
  const frontend = rpc[0]?.[1].rpc.grpcPort ?? 0;
  const database = (databaseName: string, maxConns: number) => ({
    sql: {
      pluginName: 'postgres12_pgx',
      databaseName,
      connectAddr: `127.0.0.1:${databasePort}`,
      connectProtocol: 'tcp',
      user: 'temporal',
      password: 'none',
      maxConns,
      maxIdleConns: maxConns,
    },
  });
  const config = {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: historyShards,
      datastores: { default: database('temporal', 20), visibility: database('temporal_visibility', 5) },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: host } },
    services: Object.fromEntries(rpc),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `${host}:${frontend}`,
        },
      },
    },
    publicClient: { hostPort: `${host}:${frontend}` },
    dynamicConfigClient: { filepath: join(folder, 'config', 'dynamic.yaml'), pollInterval: '1m' },
  };
  await mkdir(join(folder, 'config'), { recursive: true });
  // As in docker-compose.yml, with its GOGC and its way to the database: the figures are for what users have.
  const one = [{ value: 1 }];
  const dynamic = {
    'matching.numTaskqueueReadPartitions': one,
    'matching.numTaskqueueWritePartitions': one,
  };
  await writeFile(join(folder, 'config', 'dynamic.yaml'), stringify(dynamic));
  await writeFile(join(folder, 'config', 'cluster.yaml'), stringify(config));
  return { frontend };
}

/** Ready when the namespace `default` is there for clients. */
async function untilNamespace(address: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; child.exitCode === null && tries < 300; tries += 1) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: 2000 });
      try {
        const { workflowService: service } = connection;
        await service
          .registerNamespace({ namespace: 'default', workflowExecutionRetentionPeriod: msToTs('7 days') })
          .catch(() => undefined);
        await service.describeTaskQueue({
          namespace: 'default',
          taskQueue: { name: 'bench' },
          taskQueueType: 2,
        });
        return;
      } finally {
        await connection.close();
      }
    } catch {
      await sleep(500);
    }
  }
  throw new Error(`the Temporal server at ${address} does not answer (exit code ${child.exitCode})`);
}
