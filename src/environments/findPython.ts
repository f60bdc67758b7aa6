import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { benchHome } from '../../setup/home.js';
import { mustRun, runCommand } from './runCommand.ts';

/** A base interpreter that can make virtual environments. */
export interface PythonFound {
  readonly executable: string;
  readonly minor: string;
  readonly version: string;
}

const probe =
  'import sys, json, sqlite3, venv, ensurepip; ' +
  'print(json.dumps([sys.executable, "%d.%d" % sys.version_info[:2], "%d.%d.%d" % sys.version_info[:3]]))';

/**
 * The first of the preferred minor versions that is there. When the very first is not, and uv is installed, uv fetches
 * it; without uv the next ones are tried.
 */
export async function findPython(
  prefer: readonly string[],
  onProgress: (line: string) => void,
): Promise<PythonFound> {
  const [first = '3.11'] = prefer;
  const wanted = (await tryPython(`python${first}`, first)) ?? (await fetchWithUv(first, onProgress));
  if (wanted) return wanted;
  for (const minor of prefer.slice(1)) {
    const found = (await tryPython(`python${minor}`, minor)) ?? (await tryPython('python3', minor));
    if (found) return found;
  }
  throw new ConfigError(
    `Expected one of Python ${prefer.join(', ')} with its venv and sqlite3 modules, found none that works.\n` +
      `Install one (Debian, Ubuntu: apt install python3 python3-venv), or install uv, which then fetches ${first}.`,
  );
}

async function tryPython(command: string, minor: string): Promise<PythonFound | null> {
  const result = await runCommand(command, ['-I', '-c', probe]);
  if (result.code !== 0) return null;
  const [executable, found, version] = JSON.parse(result.stdout) as [string, string, string];
  return found === minor ? { executable, minor, version } : null;
}

async function fetchWithUv(minor: string, onProgress: (line: string) => void): Promise<PythonFound | null> {
  if ((await runCommand('uv', ['--version'])).code !== 0) return null;
  const folder = join(benchHome(), 'python');
  onProgress(`Python ${minor} is not installed: uv fetches it`);
  await mustRun(`uv python install ${minor}`, ['uv', 'python', 'install', minor], {
    env: { UV_PYTHON_INSTALL_DIR: folder, UV_PYTHON_INSTALL_BIN: '0' },
  }).catch((error: unknown) => onProgress(`uv could not fetch Python ${minor}: ${String(error)}`));
  const installed = await readdir(folder).catch(() => []);
  for (const name of installed.filter((entry) => entry.includes(`-${minor}`)).sort()) {
    const found = await tryPython(join(folder, name, 'bin', `python${minor}`), minor);
    if (found) return found;
  }
  return null;
}
