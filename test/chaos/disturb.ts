import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { devServerStatus, startDevServer } from '../../src/temporal/devServer.ts';
import type { MisbehavingServer } from '../support/misbehavingServer.ts';
import { seededRandom } from './random.ts';

const bench = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** What killing did, for the balance at the end. */
export interface Kills {
  worker: number;
  server: number;
  /** Requests whose answer died with their worker: these alone may be asked again. */
  inFlight: number;
  /** The most of them that one death took. */
  atOnce: number;
}

/** A worker process of its own, as a user would start it; killed and started again until it is stopped. */
export function startVictim(): { process: ChildProcess; kill(): Promise<void> } {
  const child = spawn(process.execPath, [bench, 'worker', '--grace', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => void (words = `${words}${chunk.toString()}`.slice(-2000)));
  child.once('exit', (code) => {
    if (code !== null && code !== 0) process.stderr.write(`worker ended with ${code}: ${words}\n`);
  });
  return {
    process: child,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

export interface Disturbing {
  readonly model: MisbehavingServer;
  /** Good requests so far whose answer is not stored. */
  readonly unstored: () => Promise<number>;
  readonly kills: number;
  readonly seed: number;
  /** Absent: worker and Temporal server in turn. */
  readonly only?: 'worker' | undefined;
  readonly finished: () => boolean;
}

/**
 * kill -9 of the worker and of the Temporal server, at seeded random moments after the model has been asked again: a
 * kill of what does nothing yet tries nothing.
 */
export async function disturb(disturbing: Disturbing): Promise<Kills> {
  const { model, unstored, kills, seed, only, finished } = disturbing;
  const done: Kills = { worker: 0, server: 0, inFlight: 0, atOnce: 0 };
  const random = seededRandom(seed);
  const before = await unstored();
  let victim = startVictim();
  for (let kill = 0; kill < kills; kill += 1) {
    const asked = model.requests.length;
    await untilEndOr(() => model.requests.length > asked);
    await waitFor(random() * 2000, finished);
    if (finished()) break;
    if (only !== 'worker' && kill % 3 === 2) {
      const status = await devServerStatus();
      // The worker starts it again: that is a part of what is tried here.
      if (status.state !== 'stopped') process.kill(status.server.pid, 'SIGKILL');
      done.server += 1;
      continue;
    }
    await victim.kill();
    done.worker += 1;
    await countDead();
    victim = startVictim();
  }
  await untilEndOr(() => false);
  await victim.kill();
  return done;

  async function untilEndOr(enough: () => boolean): Promise<void> {
    while (!finished() && !enough()) {
      await sleep(50);
      if (victim.process.exitCode === null) continue;
      // A worker that found no server, because that was killed while it started, ends: its user starts both again.
      await startDevServer().catch(() => undefined);
      await countDead();
      victim = startVictim();
    }
  }

  /** While no worker lives, what is not stored never will be. */
  async function countDead(): Promise<void> {
    await model.untilAlone();
    const lost = (await unstored()) - before - done.inFlight;
    done.inFlight += lost;
    done.atOnce = Math.max(done.atOnce, lost);
  }
}

async function waitFor(milliseconds: number, finished: () => boolean): Promise<void> {
  const until = Date.now() + milliseconds;
  while (Date.now() < until && !finished()) await sleep(100);
}
