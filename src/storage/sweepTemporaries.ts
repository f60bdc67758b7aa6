import { glob, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes the temporary files that killed processes left in a run's folder. A live writer whose file goes with them
 * fails to link it, and tries again.
 */
export async function sweepTemporaries(folder: string): Promise<void> {
  for await (const name of glob('**/*.tmp', { cwd: folder })) await rm(join(folder, name), { force: true });
}
