import { execFile } from 'node:child_process';
import { access, constants, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { benchHome } from './home.js';

const run = promisify(execFile);

/** The version of the CLI that is downloaded or built; `tools/temporal/go.mod` names the same. */
export const pinnedCliVersion = '1.5.1';

/** Older servers lack update-with-start. */
const oldestServer = [1, 28];

/** @typedef {{ path: string, source: string, version: string, serverVersion: string }} TemporalCli */

/**
 * The Temporal CLI to use: BENCH_TEMPORAL_CLI, then PATH, then ours. Null when there is none that works.
 * Throws when BENCH_TEMPORAL_CLI names something else than a usable CLI.
 * @returns {Promise<TemporalCli | null>}
 */
export async function findTemporalCli(environment = process.env) {
  const explicit = environment.BENCH_TEMPORAL_CLI;
  if (explicit) return askVersion(explicit, 'BENCH_TEMPORAL_CLI');
  const onPath = await firstExecutable('temporal', environment.PATH ?? '');
  if (onPath !== null) {
    const found = await askVersion(onPath, 'PATH').catch(() => null);
    if (found !== null) return found;
  }
  const { binary, marker } = cachedCli(environment);
  const complete = await readFile(marker, 'utf8').catch(() => null);
  return complete === null ? null : askVersion(binary, 'cache').catch(() => null);
}

/** Where our own copy lives; the marker is written after the binary has answered `--version`. */
export function cachedCli(environment = process.env) {
  const folder = join(benchHome(environment), 'tools', `temporal-${pinnedCliVersion}`);
  return { folder, binary: join(folder, 'temporal'), marker: join(folder, 'complete') };
}

/**
 * Runs `--version`; throws a one-line error when it is not a Temporal CLI with a server that is new enough.
 * @param {string} path
 * @param {string} source
 * @returns {Promise<TemporalCli>}
 */
export async function askVersion(path, source) {
  const { stdout } = await run(path, ['--version'], { timeout: 20_000 }).catch((error) => {
    throw new Error(`${path} (${source}) does not run: ${String(error.message).split('\n')[0]}`);
  });
  const match = /temporal version (\S+) \(Server ([\d.]+)/.exec(stdout);
  const [, version, serverVersion] = match ?? [];
  if (version === undefined || serverVersion === undefined) {
    throw new Error(
      `${path} (${source}) is not a Temporal CLI: it says "${stdout.split('\n')[0]?.slice(0, 80)}"`,
    );
  }
  if (!isNewEnough(serverVersion)) {
    throw new Error(
      `${path} (${source}) has server ${serverVersion}; ${oldestServer.join('.')} or newer is needed`,
    );
  }
  return { path, source, version, serverVersion };
}

/** @param {string} serverVersion */
function isNewEnough(serverVersion) {
  const [major = 0, minor = 0] = serverVersion.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestServer;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/**
 * @param {string} name
 * @param {string} path
 */
async function firstExecutable(name, path) {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const candidate = join(folder, name);
    const works = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (works) return candidate;
  }
  return null;
}
