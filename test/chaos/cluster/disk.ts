import { execFile } from 'node:child_process';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const size = '512m';

/** A small disk of a host, which can be filled up. */
export interface Disk {
  fill(): Promise<void>;
  free(): Promise<void>;
}

/** At a folder, in memory; null where this user may not mount one. It is unmounted with `cleanUps`. */
export async function mountDisk(folder: string, cleanUps: AsyncDisposableStack): Promise<Disk | null> {
  await mkdir(folder, { recursive: true });
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=755`, 'chaos', folder]);
  } catch {
    return null;
  }
  cleanUps.defer(async () => void (await run('umount', ['--lazy', folder])));
  const ballast = join(folder, 'ballast');
  return {
    async fill() {
      const file = await open(ballast, 'a');
      try {
        for (;;) await file.write(Buffer.alloc(64 * 1024));
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      } finally {
        await file.close();
      }
    },
    free: () => rm(ballast, { force: true }),
  };
}

/** What is mounted under a folder. */
export async function mountsUnder(folder: string): Promise<string[]> {
  const mounts = await readFile('/proc/mounts', 'utf8').catch(() => '');
  return mounts.split('\n').filter((line) => line.includes(` ${folder}/`));
}
