import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes the temporary files that killed processes left in a run's folder. A live writer whose file goes with them
 * fails to link it, and tries again.
 */
export async function sweepTemporaries(folder: string): Promise<void> {
  // A folder at a time: `glob` holds all that it has seen, half a gigabyte for a run of 100,000 items.
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await sweepTemporaries(path);
    else if (entry.name.endsWith('.tmp')) await rm(path, { force: true });
  }
}
