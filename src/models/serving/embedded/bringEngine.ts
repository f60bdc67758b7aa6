import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchHome } from '../../../../setup/home.js';
import { withLock } from '../../../../setup/lock.js';
import { ask, runLong } from '../../../../setup/runCommand.js';
import { shortDigest } from '../../../core/digest.ts';
import { ConfigError } from '../../../core/errors.ts';

const manifests = fileURLToPath(new URL('../../../../resources/embedded/', import.meta.url));
const lockWaitSeconds = 1800;

/** llama.cpp builds by `platform-processor`; on a Mac, Metal is in it. */
const builds: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'linux-arm': 'linux-armv7l',
  'darwin-arm64': 'mac-arm64-metal',
  'darwin-x64': 'mac-x64',
};

/** The engine's version, which is part of a run's lock. */
export function engineVersion(): string {
  const { dependencies } = readManifest();
  return `node-llama-cpp ${dependencies['node-llama-cpp']}`;
}

/**
 * The folder where the engine is installed, from npm at the first use: not a dependency of ours, as that would bring its
 * builds for every GPU (650 MB) to everybody. The versions and digests are those of the shipped lock file.
 */
export async function bringEngine(say: (line: string) => void): Promise<string> {
  const wanted = await packagesHere();
  const lock = await readFile(join(manifests, 'package-lock.json'), 'utf8');
  const folder = join(benchHome(), 'tools', `embedded-${shortDigest([lock, wanted]).slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  if (process.env['BENCH_OFFLINE']) {
    throw new ConfigError(`The embedded engine is not in ${folder}, and BENCH_OFFLINE is set.`);
  }
  return withLock({ path: `${folder}.lock`, waitSeconds: lockWaitSeconds }, async () => {
    if (!existsSync(folder)) await install({ folder, lock, wanted, say });
    return folder;
  });
}

interface Installing {
  readonly folder: string;
  readonly lock: string;
  /** Packages with llama.cpp itself. */
  readonly wanted: readonly string[];
  readonly say: (line: string) => void;
}

async function install({ folder, lock, wanted, say }: Installing): Promise<void> {
  const work = `${folder}.partial`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  try {
    const written = withDirect(readManifest(), JSON.parse(lock) as LockFile, wanted);
    await writeFile(join(work, 'package.json'), JSON.stringify(written.manifest));
    await writeFile(join(work, 'package-lock.json'), JSON.stringify(written.lock));
    const args = [
      'ci',
      '--omit=optional',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      '--fetch-retries=1',
    ];
    await runLong({
      command: 'npm',
      args,
      label: `fetching the embedded engine, ${engineVersion()}`,
      cwd: work,
      say,
    });
    await rename(work, folder);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(
      `The embedded engine, ${engineVersion()}, cannot be had from npm: ${why}\n` +
        `It is needed once, and then kept in ${dirname(folder)}.`,
      { cause: error, retry: true },
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

interface LockFile {
  readonly packages: Readonly<
    Record<string, Partial<Manifest> & { readonly version?: string; readonly optional?: boolean }>
  >;
}

/** npm takes all optional packages or none: the wanted builds become direct dependencies, and the rest is left out. */
function withDirect(manifest: Manifest, lock: LockFile, wanted: readonly string[]) {
  const version = manifest.dependencies['node-llama-cpp'] ?? '';
  const dependencies = {
    ...manifest.dependencies,
    ...Object.fromEntries(wanted.map((name) => [name, version])),
  };
  const direct = wanted.map((name) => {
    const { optional: _, ...entry } = lock.packages[`node_modules/${name}`] ?? {};
    return [`node_modules/${name}`, entry];
  });
  const root = { ...lock.packages[''], dependencies };
  const packages = { ...lock.packages, '': root, ...Object.fromEntries(direct) };
  return { manifest: { ...manifest, dependencies }, lock: { ...lock, packages } };
}

/** llama.cpp for this machine's processor, and for NVIDIA where there is such a GPU. */
async function packagesHere(): Promise<string[]> {
  const here = `${process.platform}-${process.arch}`;
  const build = builds[here];
  if (build === undefined) {
    throw new ConfigError(
      `There is no embedded engine for ${here}; there is for ${Object.keys(builds).join(', ')}.`,
    );
  }
  const hasNvidia = here === 'linux-x64' && (await ask('nvidia-smi', ['-L'])).code === 0;
  const cuda = hasNvidia ? ['linux-x64-cuda', 'linux-x64-cuda-ext'] : [];
  return [build, ...cuda].map((name) => `@node-llama-cpp/${name}`);
}

function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(manifests, 'package.json'), 'utf8')) as Manifest;
}
