import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { isSameProcess, startTimeOf } from '../../../setup/processIdentity.js';

const startSeconds = 60;

export interface Daemon {
  /** For DOCKER_HOST. */
  readonly address: string;
  stop(): Promise<void>;
}

/**
 * Starts dockerd without a network, in a network namespace of its own: it would remove the bridge of another engine.
 * Its images are in `home`, all else is in a temporary folder.
 */
export async function startDaemon(home: string): Promise<Daemon> {
  await endLeftOver(home);
  const folder = mkdtempSync(join(tmpdir(), 'engine-'));
  writeFileSync(join(folder, 'daemon.json'), '{}');
  const log = openSync(join(folder, 'log'), 'w');
  const daemon = spawn(
    'unshare',
    [
      ...['--net', 'dockerd'],
      ...['--data-root', join(home, 'data'), '--exec-root', join(folder, 'exec')],
      ...['--pidfile', join(folder, 'pid'), '--config-file', join(folder, 'daemon.json')],
      ...['--host', `unix://${folder}/docker.sock`, '--iptables=false', '--bridge=none'],
    ],
    { stdio: ['ignore', log, log] },
  );
  const failed = new Promise<Error>((resolve) => daemon.once('error', resolve));
  const pid = daemon.pid ?? 0;
  writeFileSync(join(home, 'running.json'), JSON.stringify({ pid, startTime: startTimeOf(pid), folder }));
  const engine = new Docker({ socketPath: join(folder, 'docker.sock') });
  for (const started = Date.now(); ;) {
    if ((await engine.ping().catch(() => null)) !== null) break;
    const error = await Promise.race([failed, sleep(100, null)]);
    if (error === null && daemon.exitCode === null && Date.now() - started < startSeconds * 1000) continue;
    const said = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n').at(-1) ?? '';
    await end(daemon, [folder, home]);
    throw error ?? new Error(`dockerd did not start: ${said}`);
  }
  return { address: `unix://${folder}/docker.sock`, stop: () => end(daemon, [folder, home]) };
}

async function end(daemon: ChildProcess, [folder, home]: readonly [string, string]): Promise<void> {
  const gone = new Promise((resolve) => daemon.once('exit', resolve));
  if (daemon.exitCode === null && daemon.kill('SIGTERM')) await gone;
  for (const one of [folder, home]) unmountBelow(one);
  rmSync(folder, { recursive: true, force: true });
}

/** One whose test file was killed. */
async function endLeftOver(home: string): Promise<void> {
  try {
    const { pid, startTime, folder } = JSON.parse(readFileSync(join(home, 'running.json'), 'utf8')) as {
      pid: number;
      startTime: string;
      folder: string;
    };
    while (isSameProcess({ pid, startTime })) {
      process.kill(pid, 'SIGTERM');
      await sleep(200);
    }
    for (const one of [folder, home]) unmountBelow(one);
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // There is none.
  }
}

/** The engine mounts its data, and leaves that when it was once killed. */
function unmountBelow(folder: string): void {
  const mounted = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((at) => at.startsWith(`${folder}/`));
  for (const at of mounted.reverse()) execFileSync('umount', [at]);
}
