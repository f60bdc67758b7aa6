import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { isGone, isOfThisBoot, startTimeOf } from '../../../setup/processIdentity.js';

export interface Leader {
  readonly pid: number;
  readonly startTime: string;
}

export interface StopOutcome {
  /** Processes that had to be killed because they did not end by themselves. */
  readonly killed: number;
  /** Processes that are still there: none, unless the system refuses to end them. */
  readonly left: readonly number[];
}

const orphanGraceMilliseconds = 1500;

/**
 * Ends a server with everything it started: asks the process group to stop, waits, kills the rest. Members are found by
 * group, session and descent, because killing an API server leaves its engine behind (vLLM issue 55510). Nothing is
 * done to a stranger that got the leader's id.
 */
export async function stopTree(leader: Leader, graceSeconds: number): Promise<StopOutcome> {
  const seen = new Set<number>();
  const alive = async (): Promise<number[]> => {
    const found = await membersOf(leader, seen);
    for (const pid of found) seen.add(pid);
    return found;
  };
  signalAll(await alive(), 'SIGTERM');
  let deadline = Date.now() + graceSeconds * 1000;
  let orphaned = false;
  for (let left = await alive(); left.length > 0 && Date.now() < deadline; left = await alive()) {
    // The leader lets its engine finish; what stays when it is gone waits for nothing.
    if (!orphaned && !left.includes(leader.pid)) {
      orphaned = true;
      deadline = Math.min(deadline, Date.now() + orphanGraceMilliseconds);
    }
    await sleep(100);
  }
  const stubborn = await alive();
  for (let round = 0; round < 50; round += 1) {
    const left = await alive();
    if (left.length === 0) break;
    signalAll(left, 'SIGKILL');
    await sleep(100);
  }
  return { killed: stubborn.length, left: await alive() };
}

/** Processes of the leader's group or session, and what descends from them; `known` keeps orphans of earlier looks. */
export async function membersOf(leader: Leader, known: ReadonlySet<number> = new Set()): Promise<number[]> {
  const table = await processTable();
  const now = startTimeOf(leader.pid);
  // The id belongs to somebody else now, so its group does, too.
  if (!isOfThisBoot(leader) || (now !== null && now !== leader.startTime)) return [];
  const members = new Set<number>();
  for (const { pid, group, session } of table) {
    if (group === leader.pid || session === leader.pid || known.has(pid)) members.add(pid);
  }
  for (let before = -1; before !== members.size;) {
    before = members.size;
    for (const { pid, parent } of table) if (members.has(parent)) members.add(pid);
  }
  return [...members].filter((pid) => pid !== process.pid);
}

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
}

/** Living processes; a zombie holds no GPU and no port. */
async function processTable(): Promise<ProcessEntry[]> {
  if (process.platform !== 'linux') return tableFromPs();
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const entries = names.map(async (name): Promise<ProcessEntry[]> => {
    const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    // Fields are counted after the name in parentheses, which may hold anything: proc_pid_stat(5).
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    if (text === '' || isGone(fields)) return [];
    const [, parent, group, session] = fields;
    return [{ pid: Number(name), parent: Number(parent), group: Number(group), session: Number(session) }];
  });
  return (await Promise.all(entries)).flat();
}

/** Where there is no /proc; `sess` is not a number everywhere, the group is enough. */
async function tableFromPs(): Promise<ProcessEntry[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=']);
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, group, state] = line.trim().split(/\s+/);
    if (!pid || state?.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), session: 0 }];
  });
}

function signalAll(pids: readonly number[], signal: 'SIGTERM' | 'SIGKILL'): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone between the look and the signal.
    }
  }
}
