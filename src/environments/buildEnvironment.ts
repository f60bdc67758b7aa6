import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import type { PreparedEnvironment } from '../ports/sandbox.ts';
import { buildWheel } from './buildWheel.ts';
import { environmentDigest } from './environmentDigest.ts';
import {
  environmentsFolder,
  openFolder,
  folderName,
  markerFile,
  type EnvironmentMarker,
} from './openEnvironment.ts';
import { findPython, type PythonFound } from './findPython.ts';
import { installPackages } from './installPackages.ts';
import { withLock } from '../../setup/lock.js';
import { placeSource } from './placeSource.ts';
import { readRepositorySpec, type RepositorySpec } from './repositorySpec.ts';
import { mustRun, untilGivenUp } from './runCommand.ts';

export interface BuildRequest {
  /** Name of a shipped repository, path of a YAML file, or a description already read. */
  readonly repository: string | RepositorySpec;
  readonly onProgress?: (line: string) => void;
  /** Only for people who must have another version than the preferred one, e.g. `3.10`. */
  readonly pythonMinor?: string | undefined;
  /** Gives the build up; nothing of it is left. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Source tree, virtual environment and byte code of a repository, under BENCH_HOME. Built in a temporary folder and
 * moved into place when complete; one that is there is opened, one that is half done is done again.
 */
export function buildEnvironment(request: BuildRequest): Promise<PreparedEnvironment> {
  const { signal } = request;
  return signal === undefined ? build(request) : untilGivenUp(signal, () => build(request));
}

async function build(request: BuildRequest): Promise<PreparedEnvironment> {
  const say = request.onProgress ?? (() => undefined);
  const { repository, signal } = request;
  const spec = typeof repository === 'string' ? await readRepositorySpec(repository) : repository;
  const prefer = request.pythonMinor ? [request.pythonMinor] : spec.python.prefer;
  const python = await findPython(prefer, say);
  const digest = environmentDigest(spec, python.minor);
  const final = join(environmentsFolder(), folderName(spec.name, digest));
  await mkdir(environmentsFolder(), { recursive: true, mode: 0o755 });
  const path = `${final}.lock`;
  const onWait = (): void => say(`waiting for another process that builds the same (${path})`);
  return withLock({ path, waitSeconds: Infinity, onWait, signal }, async () => {
    const there = await openFolder(final);
    if (there) return there;
    const prefix = `${final}.building-${hostname()}-`;
    await sweep(prefix);
    const temporary = await mkdtemp(prefix);
    try {
      await fill(temporary, { spec, python, digest, say });
      // Another host that shares this folder may have been faster, and may be using what it made.
      if ((await openFolder(final)) === null) await replace(final, temporary);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
    const built = await openFolder(final);
    if (!built) throw new Error(`${final} was built and cannot be opened`);
    say(`${spec.title} on Python ${python.version} is ready in ${final}`);
    return built;
  });
}

/** What a builder of this host left that was killed: whoever has the lock is the only one here. */
async function sweep(prefix: string): Promise<void> {
  const names = await readdir(environmentsFolder());
  for (const name of names.filter((one) => one.startsWith(basename(prefix))))
    await rm(join(environmentsFolder(), name), { recursive: true, force: true, maxRetries: 5 });
}

async function replace(final: string, by: string): Promise<void> {
  await rm(final, { recursive: true, force: true });
  await rename(by, final);
}

interface Work {
  readonly spec: RepositorySpec;
  readonly python: PythonFound;
  readonly digest: string;
  readonly say: (line: string) => void;
}

async function fill(folder: string, { spec, python, digest, say }: Work): Promise<void> {
  await placeSource({ spec, python, into: join(folder, 'source'), say });
  const locked = await installPackages({ spec, python, folder, say });
  await buildWheel({ spec, python, folder, say });
  say(`${spec.title}: compiling byte code`);
  // Some test data are broken Python on purpose: the exit code says nothing.
  const compile = [
    '-I',
    '-m',
    'compileall',
    '-q',
    '-j',
    '2',
    join(folder, 'source'),
    join(folder, 'venv'),
    join(folder, 'coverage'),
  ];
  await mustRun('Compiling byte code', [python.executable, '-I', '-c', quietly(compile)]);
  await mustRun('Making the environment readable', ['chmod', '-R', 'a+rX,go-w', folder]);
  const marker: EnvironmentMarker = {
    schema: 1,
    name: spec.name,
    digest,
    adapter: spec.adapter.name,
    adapterOptions: {
      ...spec.adapter.options,
      importPaths: spec.import_paths,
      checkModule: spec.check_module,
      targets: spec.targets,
      ...(spec.variables === undefined ? {} : { variables: spec.variables }),
    },
    pythonMinor: python.minor,
    pythonVersion: python.version,
    pythonExecutable: python.executable,
    locked,
    platform: `${process.platform}-${process.arch}`,
  };
  await writeFile(join(folder, markerFile), JSON.stringify(marker, null, 2));
}

function quietly(args: readonly string[]): string {
  return `import subprocess, sys; subprocess.run([sys.executable, *${JSON.stringify(args)}], stdout=subprocess.DEVNULL)`;
}
