import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { aptInstall, canUseApt } from '../../../setup/apt.js';
import { benchHome } from '../../../setup/home.js';
import { withLock } from '../../../setup/lock.js';
import type { PreparedEnvironment } from '../../../src/ports/sandbox.ts';
import { pythonName } from '../../../src/sandbox/bubblewrap/arguments.ts';
import { fillBaseRoot } from './baseRoot.ts';
import { startDaemon } from './daemon.ts';

/** Why there can be no engine of the tests' own here, or false. */
export function cannotStartEngine(): string | false {
  if (process.platform !== 'linux') return 'the engine of the tests runs on Linux only';
  if (process.getuid?.() !== 0) return 'only root can start an engine for the tests';
  if (!hasDaemon() && !canUseApt()) return 'dockerd is not installed, and there is no apt to install it';
  return false;
}

/**
 * Starts a Docker engine of the tests' own with a base image made from this machine; sets DOCKER_HOST and
 * BENCH_BASE_IMAGE until it is stopped. Its images are kept under BENCH_HOME, so that one at a time runs.
 */
export async function startEngine(environment: PreparedEnvironment): Promise<{ stop: () => Promise<void> }> {
  const home = join(benchHome(), 'test-engine');
  mkdirSync(home, { recursive: true });
  const locked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const over = withLock({ path: `${home}.lock`, waitSeconds: Infinity }, async () => {
    locked.resolve();
    await released.promise;
  });
  await locked.promise;
  try {
    if (!hasDaemon()) await aptInstall(['docker.io'], () => undefined);
    const daemon = await startDaemon(home);
    const before = { ...process.env };
    process.env['DOCKER_HOST'] = daemon.address;
    const stop = async (): Promise<void> => {
      for (const name of ['DOCKER_HOST', 'BENCH_BASE_IMAGE']) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
      await daemon.stop();
      released.resolve();
      await over;
    };
    process.env['BENCH_BASE_IMAGE'] = await makeBaseImage(environment).catch(async (error: unknown) => {
      await stop();
      throw error;
    });
    return { stop };
  } catch (error) {
    released.resolve();
    throw error;
  }
}

function hasDaemon(): boolean {
  return ['/usr/sbin/dockerd', '/usr/bin/dockerd', '/usr/local/bin/dockerd'].some((path) => existsSync(path));
}

async function makeBaseImage(environment: PreparedEnvironment): Promise<string> {
  const engine = new Docker();
  const [repo, tag] = ['triathlon-test-base', pythonName(environment)];
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
