import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { benchHome } from '../../setup/home.js';

/** The folder of the programs of packages from PyPI, installed once per machine in an environment of its own. */
export async function installTool(name: string, ...requirements: readonly string[]): Promise<string> {
  const folder = join(benchHome(), 'test-tools', name);
  const installed = join(folder, 'installed');
  if (existsSync(installed)) return join(folder, 'bin');
  const own = `${folder}.${process.pid}`;
  execFileSync('python3', ['-m', 'venv', own]);
  const install = ['-m', 'pip', 'install', '-q', ...requirements];
  execFileSync(join(own, 'bin', 'python'), install, { stdio: 'pipe' });
  execFileSync('touch', [join(own, 'installed')]);
  // Scripts in an environment name its first place; the interpreter finds its packages wherever it lies.
  await rename(own, folder).catch(async (error: unknown) => {
    if (!existsSync(installed)) throw error;
    await rm(own, { recursive: true });
  });
  return join(folder, 'bin');
}
