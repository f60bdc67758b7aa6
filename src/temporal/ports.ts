import { randomInt } from 'node:crypto';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';

/** Below what systems hand out by themselves: any connection that somebody opens could take one of those meanwhile. */
const [lowest, highest] = [10_000, 30_000];

/** The first of the wanted ports that nobody listens on, or else any free one, on 127.0.0.1. */
export async function freePort(wanted: readonly number[]): Promise<number> {
  const chances = Array.from({ length: 20 }, () => randomInt(lowest, highest));
  for (const port of [...wanted, ...chances]) {
    if (await isFree(port)) return port;
  }
  const port = await tryToListen(0);
  if (port === null) throw new Error('no free port on 127.0.0.1');
  return port;
}

/** Can this port of 127.0.0.1 be listened on now? */
export async function isFree(port: number): Promise<boolean> {
  return (await tryToListen(port)) !== null;
}

/**
 * Does this process listen on the port? Two servers that chose one port at the same moment are told apart so.
 * Where the system does not say (no /proc), the answer is yes.
 */
export async function listensOn(pid: number, port: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const inodes = new Set(await listeningInodes(pid, port));
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []);
  const targets = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  return targets.some((target) => inodes.has(target));
}

function tryToListen(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      const chosen = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(chosen));
    });
  });
}

/** Format: proc_pid_net(5); state 0A is LISTEN, the tenth field is the socket's inode. */
async function listeningInodes(pid: number, port: number): Promise<string[]> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const table = await readFile(`/proc/${pid}/net/tcp`, 'utf8').catch(() => '');
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) === true && fields[3] === '0A')
    .map((fields) => `socket:[${fields[9] ?? ''}]`);
}
