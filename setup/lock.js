import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSameProcess, startTimeOf } from './processIdentity.js';

/** Another process held the lock for as long as we were ready to wait. */
export class LockHeldError extends Error {}

/**
 * Runs `work` while no other process holds the lock file. A lock whose process is gone is taken over.
 * @template T
 * @param {{ path: string, waitSeconds: number, onWait?: (holderPid: number) => void, signal?: AbortSignal | undefined }} options
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock({ path, waitSeconds, onWait, signal }, work) {
  await mkdir(dirname(path), { recursive: true });
  const deadline = Date.now() + waitSeconds * 1000;
  let told = false;
  while (!(await tryToTake(path))) {
    const holder = await readHolder(path);
    if (holder !== null && !isSameProcess(holder)) {
      await removeStale(path, holder);
      continue;
    }
    if (Date.now() > deadline) throw heldBy(path, holder);
    if (!told && holder !== null) onWait?.(holder.pid);
    told = true;
    signal?.throwIfAborted();
    await sleep(100);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/**
 * @param {string} path
 * @param {{ pid: number } | null} holder
 */
function heldBy(path, holder) {
  const process = holder === null ? 'another process' : `process ${holder.pid}`;
  return new LockHeldError(`${path} is held by ${process}, which does not finish; end it and try again`);
}

/** A link appears with its whole content, so nobody reads half a lock. @param {string} path */
async function tryToTake(path) {
  const own = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(own, JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) }));
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(own);
  }
}

/**
 * @param {string} path
 * @returns {Promise<{ pid: number, startTime: string } | null>}
 */
async function readHolder(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return null;
    return { pid: 0, startTime: 'unreadable' };
  }
}

/**
 * Two processes may find the same stale lock, and the slower must not remove the faster one's new lock.
 * @param {string} path
 * @param {{ pid: number, startTime: string }} stale
 */
async function removeStale(path, stale) {
  const aside = `${path}.stale.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await readHolder(aside);
  if (moved !== null && (moved.pid !== stale.pid || moved.startTime !== stale.startTime)) {
    await link(aside, path).catch(() => undefined);
  }
  await rm(aside, { force: true });
}
