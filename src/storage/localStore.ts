import { randomUUID } from 'node:crypto';
import {
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  statfsSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { readdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { StorageError } from '../core/errors.ts';
import type { Claim, ResultStore } from '../ports/resultStore.ts';
import { codeOf, makeFolder } from './makeFolder.ts';
import { syncFile, syncFolder } from './syncFolder.ts';

/** Below this an answer might not fit any more: no request is made. */
const minimumFreeBytes = 64 * 1024 * 1024;

/**
 * A run's files in a local folder; safe for several processes at once. Small steps are done where they are asked for,
 * since handing one to another thread costs more than the step: only a sync, which waits for the disk, goes there.
 */
export function createLocalStore(folder: string): ResultStore {
  const root = resolve(folder);
  const pathOf = (key: string): string => safePath(root, key);
  return {
    get: (key) => guarded(`read ${key}`, root, () => readOrNull(pathOf(key))),
    putOnce: (key, value, options) =>
      guarded(`write ${key}`, root, () => putOnce(pathOf(key), value, options?.durable ?? true)),
    list: (prefix) => guarded(`list ${prefix}`, root, () => listFiles(root, prefix)),
    replace: (key, chunks) => guarded(`write ${key}`, root, () => replaceFile(pathOf(key), chunks)),
    claim: (key) => guarded(`prepare ${key}`, root, () => claimKey(root, pathOf(key))),
  };
}

/** Keys come from ids made safe elsewhere; this is the second line. */
function safePath(root: string, key: string): string {
  const path = resolve(root, key);
  if (!path.startsWith(root + sep))
    throw new StorageError(`The key ${JSON.stringify(key)} leaves its folder.`);
  return path;
}

async function readOrNull(path: string): Promise<Buffer | null> {
  // Most keys that are looked for are not there yet, and an error costs far more than a look.
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return null;
  try {
    return readFileSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** `rename` would replace an existing file; `link` fails on one, which is what write-once needs. */
async function putOnce(path: string, value: Buffer | string, durable: boolean): Promise<boolean> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeNew(temporary, value, durable);
    linkSync(temporary, path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    removeIfThere(temporary);
  }
  if (durable) await syncFolder(dirname(path));
  return true;
}

async function writeNew(path: string, value: Buffer | string, durable: boolean): Promise<void> {
  const file = inFolder(path, () => openSync(path, 'wx'));
  try {
    writeFileSync(file, value);
    if (durable) await syncFile(file);
  } finally {
    closeSync(file);
  }
}

/** Folders are made when one is missing, not before each write. */
function inFolder<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    makeFolder(dirname(path));
    return write();
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

async function listFiles(root: string, prefix: string): Promise<string[]> {
  const folder = safePath(root, prefix);
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.tmp'))
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(root.length + 1)
          .split(sep)
          .join('/'),
      )
      .sort();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function replaceFile(path: string, chunks: AsyncIterable<string> | Iterable<string>): Promise<void> {
  makeFolder(dirname(path));
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, chunks, { flag: 'wx', flush: true });
    await rename(temporary, path);
  } finally {
    removeIfThere(temporary);
  }
}

/** A marker file beside the result; no sync, because it has to survive a killed process, not a power cut. */
async function claimKey(root: string, path: string): Promise<Claim> {
  const marker = `${path}.claimed`;
  const heldBefore = !makeMarker(marker);
  const release = async (): Promise<void> => removeIfThere(marker);
  if (hasRoom(root)) return { heldBefore, release };
  if (!heldBefore) await release();
  throw new StorageError(
    `Less than ${minimumFreeBytes / 1024 ** 2} MiB are free in ${root}: nothing is asked until there is room for the answer. Free some space.`,
    { retry: true },
  );
}

const roomOf = new Map<string, { readonly at: number; readonly bytes: number }>();

/** Looked at once a second: many claims come at a time, and an answer is far smaller than what must be free. */
function hasRoom(root: string): boolean {
  let room = roomOf.get(root);
  if (room === undefined || performance.now() - room.at > 1000) {
    const { bavail, bsize } = statfsSync(root);
    room = { at: performance.now(), bytes: bavail * bsize };
    roomOf.set(root, room);
  }
  return room.bytes >= minimumFreeBytes;
}

/** False when it was there. */
function makeMarker(path: string): boolean {
  try {
    closeSync(inFolder(path, () => openSync(path, 'wx')));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

const userFaults: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: free some space; the work goes on by itself.',
  EDQUOT: 'The disk quota is used up: free some space; the work goes on by itself.',
  EACCES: 'Permission denied: make the folder writable for this user or set paths.output_folder.',
  EROFS: 'The file system is read-only: set paths.output_folder to a writable folder.',
  ENOENT: 'There can be no such folder: set paths.output_folder to a writable one.',
  EPERM: 'Not permitted: make the folder writable for this user or set paths.output_folder.',
  ENOTDIR: 'A file is in the way of a folder: move it or set paths.output_folder.',
  EIO: 'The disk reports an input/output error.',
};

async function guarded<T>(what: string, root: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StorageError) throw error;
    const advice = userFaults[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
    throw new StorageError(`Cannot ${what} in ${root}. ${advice}`, { retry: true, cause: error });
  }
}
