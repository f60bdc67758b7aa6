import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../src/temporal/ports.ts';

const run = promisify(execFile);

/** A PostgreSQL server of its own, from the system's packages; whoever reaches its port is its superuser. */
export interface Postgres {
  readonly port: number;
  readonly process: ChildProcess;
  /** Another process in the place of one that has ended. */
  spawn(): ChildProcess;
  /** One value. */
  ask(sql: string): Promise<string>;
  stop(): Promise<void>;
}

/** The folder of PostgreSQL's programs, the newest where there are several; null where there is none. */
export async function findPostgres(): Promise<string | null> {
  const base = '/usr/lib/postgresql';
  const versions = await readdir(base).catch(() => []);
  const newest = versions.toSorted((one, other) => Number(other) - Number(one))[0];
  return newest === undefined ? null : join(base, newest, 'bin');
}

/** In a folder that may have one already. It refuses to run as root: Debian's user `postgres` owns it there. */
export async function startPostgres(programs: string, folder: string): Promise<Postgres> {
  const data = join(folder, 'postgres');
  const user = process.getuid?.() === 0 ? await idsOf('postgres') : null;
  await mkdir(data, { recursive: true });
  if (user !== null) await chown(data, user.uid, user.gid);
  const owner = user ?? {};
  const options = ['-D', data, '-U', 'temporal', '-A', 'trust', '-E', 'UTF8', '--no-sync'];
  if (!existsSync(join(data, 'PG_VERSION')))
    await run(join(programs, 'initdb'), options, { ...owner, cwd: data });
  const port = await freePort([]);
  const flags = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', data, '-c', 'max_connections=200'];
  const spawnServer = (): ChildProcess =>
    spawn(join(programs, 'postgres'), flags, { ...owner, cwd: data, stdio: 'ignore' });
  let child = spawnServer();
  const ask = async (sql: string): Promise<string> => {
    const asking = ['-h', '127.0.0.1', '-p', String(port), '-U', 'temporal', '-At', '-c', sql, 'postgres'];
    return (await run(join(programs, 'psql'), asking)).stdout.trim();
  };
  while ((await ask('select 1').catch(() => '')) !== '1') {
    if (child.exitCode !== null) throw new Error(`PostgreSQL ended with ${child.exitCode}`);
    await sleep(100);
  }
  return {
    port,
    get process() {
      return child;
    },
    spawn: () => (child = spawnServer()),
    ask,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      // Without waiting for clients.
      child.kill('SIGINT');
      await once(child, 'exit');
    },
  };
}

async function idsOf(user: string): Promise<{ uid: number; gid: number }> {
  const ids = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, user])));
  const [uid = 0, gid = 0] = ids.map(({ stdout }) => Number(stdout));
  return { uid, gid };
}
