import { closeSync, fsync, openSync } from 'node:fs';
import { promisify } from 'node:util';

/** Waits until what was written to an open file is on the disk. */
export const syncFile = promisify(fsync);

interface Syncing {
  readonly running: Promise<void>;
  /** Begins when the running one ends, and serves everybody who came meanwhile. */
  next: Promise<void> | null;
}

const folders = new Map<string, Syncing>();

/** Makes a folder's entries durable. Writers of one folder share a sync, which must begin after their own write. */
export function syncFolder(folder: string): Promise<void> {
  const syncing = folders.get(folder);
  if (syncing === undefined) return begin(folder);
  syncing.next ??= syncing.running.catch(() => undefined).then(() => begin(folder));
  return syncing.next;
}

function begin(folder: string): Promise<void> {
  const running = sync(folder).finally(() => {
    if (folders.get(folder)?.next === null) folders.delete(folder);
  });
  folders.set(folder, { running, next: null });
  return running;
}

async function sync(folder: string): Promise<void> {
  const handle = openSync(folder, 'r');
  try {
    await syncFile(handle);
  } finally {
    closeSync(handle);
  }
}
