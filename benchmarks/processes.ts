import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

/** Fields of /proc/PID/stat behind the name, which may hold blanks: the first is the state. */
async function fieldsOf(pid: number): Promise<readonly string[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Processor time of processes and of their children that have ended, in seconds; NaN where there is no /proc. */
export async function processorSecondsOf(pids: readonly number[]): Promise<number> {
  let ticks = existsSync('/proc/self/stat') ? 0 : Number.NaN;
  for (const pid of pids) {
    const fields = await fieldsOf(pid);
    // utime, stime, cutime, cstime, in hundredths of a second.
    for (const place of [11, 12, 13, 14]) ticks += Number(fields[place] ?? 0);
  }
  return ticks / 100;
}

/** A process and all that it has started, and they. */
export async function treeOf(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc'))
    if (/^\d+$/.test(name)) parents.set(Number(name), Number((await fieldsOf(Number(name)))[1]));
  const tree = [pid];
  // Grows while it is gone through.
  for (const one of tree) for (const [child, parent] of parents) if (parent === one) tree.push(child);
  return tree;
}

/** Resident memory in bytes. */
export async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
}
