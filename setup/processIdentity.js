import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * When a process started, as text that no later process with the same id shares; null when it is gone
 * (a zombie is gone, unless threads of it still run).
 * @param {number} pid
 * @returns {string | null}
 */
export function startTimeOf(pid) {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

/**
 * Is this the very process that was recorded, not another one that got its id?
 * @param {{ pid: number, startTime: string }} recorded
 */
export function isSameProcess(recorded) {
  return startTimeOf(recorded.pid) === recorded.startTime;
}

/**
 * Could a group of processes still be the recorded one's? After a reboot its id may be that of a stranger's group.
 * @param {{ startTime: string }} recorded
 */
export function isOfThisBoot(recorded) {
  return process.platform !== 'linux' || recorded.startTime.startsWith(`${bootId()}:`);
}

/** @param {number} pid */
function fromProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may itself hold spaces and parentheses: fields are counted after the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (isGone(fields)) return null;
    return `${bootId()}:${fields[19]}`;
  } catch {
    return null;
  }
}

/**
 * Of the fields of /proc/PID/stat after the name. A process whose first thread has ended looks like a zombie while other
 * threads still hold its memory, its ports and its GPU: it counts as one when at most that thread is left.
 * @param {readonly string[]} fields
 */
export function isGone(fields) {
  return fields[0] === 'X' || (fields[0] === 'Z' && Number(fields[17]) <= 1);
}

/** Start times count from the boot, so they repeat after the next one. */
function bootId() {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** @param {number} pid */
function fromPs(pid) {
  try {
    const options = { encoding: /** @type {const} */ ('utf8'), env: { ...process.env, LC_ALL: 'C' } };
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], options).trim();
    return line === '' || line.startsWith('Z') ? null : line.replace(/^\S+\s+/, '');
  } catch {
    return null;
  }
}
