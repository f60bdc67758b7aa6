import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { benchHome } from '../../../setup/home.js';
import { withLock } from '../../../setup/lock.js';
import type { PreparedEnvironment } from '../../../src/ports/sandbox.ts';
import { pythonName } from '../../../src/sandbox/bubblewrap/arguments.ts';
import { checkEngine, connectEngine } from '../../../src/sandbox/docker/engine.ts';
import { fillBaseRoot } from './baseRoot.ts';
import { startDaemon, type Daemon } from './daemon.ts';

/** An engine of the tests' own, or why there is none. */
export interface TestEngine {
  readonly missing: string | false;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a Docker engine of the tests' own with a base image made from this machine; sets DOCKER_HOST and
 * BENCH_BASE_IMAGE until it is stopped. Its images are kept under BENCH_HOME, so that one at a time runs.
 */
export async function startEngine(environment: PreparedEnvironment): Promise<TestEngine> {
  const impossible = whyImpossible();
  if (impossible !== null) return { missing: impossible, stop: () => Promise.resolve() };
  const home = join(benchHome(), 'test-engine');
  mkdirSync(home, { recursive: true });
  const release = await holdLock(`${home}.lock`);
  const before = { ...process.env };
  let daemon: Daemon | undefined;
  const stop = async (): Promise<void> => {
    for (const name of ['DOCKER_HOST', 'BENCH_BASE_IMAGE']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    await daemon?.stop();
    await release();
  };
  try {
    daemon = await startDaemon(home);
    process.env['DOCKER_HOST'] = daemon.address;
    const engine = connectEngine();
    await checkEngine(engine);
    // What a killed test file left.
    await engine.pruneContainers();
    await engine.pruneVolumes();
    process.env['BENCH_BASE_IMAGE'] = await makeBaseImage(engine, environment);
    await tryContainer(engine, environment);
    return { missing: false, stop };
  } catch (error) {
    await stop();
    return { missing: `no engine can be used here: ${String(error)}`, stop: () => Promise.resolve() };
  }
}

function whyImpossible(): string | null {
  if (process.platform !== 'linux') return 'the engine of the tests runs on Linux only';
  if (process.getuid?.() !== 0) return 'only root can start an engine for the tests';
  if (!hasDaemon()) return 'dockerd is not installed (apt-get install docker.io)';
  return null;
}

/** Takes a lock file; answers how to give it back. */
async function holdLock(path: string): Promise<() => Promise<void>> {
  const taken = Promise.withResolvers<void>();
  const given = Promise.withResolvers<void>();
  const over = withLock({ path, waitSeconds: Infinity }, async () => {
    taken.resolve();
    await given.promise;
  });
  await taken.promise;
  return () => {
    given.resolve();
    return over;
  };
}

function hasDaemon(): boolean {
  return ['/usr/sbin/dockerd', '/usr/bin/dockerd', '/usr/local/bin/dockerd'].some((path) => existsSync(path));
}

/** There are machines where an engine answers, but cannot start anything. */
async function tryContainer(engine: Docker, environment: PreparedEnvironment): Promise<void> {
  const created = await engine.createContainer({
    Image: process.env['BENCH_BASE_IMAGE'] ?? '',
    Cmd: [pythonName(environment), '-c', 'pass'],
    HostConfig: { NetworkMode: 'none', NanoCpus: 1e9, PidsLimit: 16, Memory: 256 << 20 },
  });
  try {
    await created.start();
    const { StatusCode: code } = (await created.wait()) as { StatusCode: number };
    if (code !== 0) throw new Error(`Python in the base image ended with ${code}`);
  } finally {
    await created.remove({ force: true });
  }
}

async function makeBaseImage(engine: Docker, environment: PreparedEnvironment): Promise<string> {
  const recipe = createHash('sha256').update(readFileSync(join(import.meta.dirname, 'baseRoot.ts')));
  const [repo, tag] = [
    'triathlon-test-base',
    `${pythonName(environment)}-${recipe.digest('hex').slice(0, 8)}`,
  ];
  const image = `${repo}:${tag}`;
  if (
    await engine
      .getImage(image)
      .inspect()
      .catch(() => null)
  )
    return image;
  const folder = mkdtempSync(join(tmpdir(), 'base-image-'));
  try {
    fillBaseRoot(join(folder, 'root'), environment);
    execFileSync('tar', ['-C', join(folder, 'root'), '-cf', join(folder, 'base.tar'), '.']);
    const output = await engine.importImage(createReadStream(join(folder, 'base.tar')), { repo, tag });
    await new Promise<void>((resolve, reject) => {
      engine.modem.followProgress(output, (error) => (error === null ? resolve() : reject(error)));
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return image;
}
