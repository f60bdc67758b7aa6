import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeHome } from '../../support/rig.ts';
import { mountDisk, type Disk } from './disk.ts';
import type { Cable, Network } from './network.ts';

/** Where a part runs: with a network, a home and a disk of its own, as far as this machine lets us. */
export interface Host {
  readonly name: string;
  readonly address: string;
  readonly enter: readonly string[];
  readonly folder: string;
  /** Null where there are no network namespaces. */
  readonly cable: Cable | null;
  /** Null where it is this machine's. */
  readonly disk: Disk | null;
  /** What its programs have said. */
  readonly log: string;
}

export interface HostOptions {
  readonly name: string;
  /** Of the trial. */
  readonly folder: string;
  readonly network: Network | null;
  readonly hasSmallDisk?: boolean;
  readonly cleanUps: AsyncDisposableStack;
}

/** Makes a host; what it makes outside its folder is undone with `cleanUps`. */
export async function openHost(options: HostOptions): Promise<Host> {
  const { name, network, hasSmallDisk = false, cleanUps } = options;
  const folder = join(options.folder, 'hosts', name);
  const disk = hasSmallDisk ? await mountDisk(folder, cleanUps) : null;
  await makeHome(join(folder, 'home'));
  await mkdir(join(folder, 'tmp'));
  const cable = network === null ? null : await network.addHost();
  return {
    name,
    folder,
    disk,
    cable,
    address: cable?.address ?? '127.0.0.1',
    enter: cable?.enter ?? [],
    // Beside the host's disk, as a system's journal: a full disk is the product's to bear, not its terminal's.
    log: join(options.folder, `${name}.log`),
  };
}

/** A Node program on a host. */
export function spawnNode(
  host: Host,
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  const { folder, log } = host;
  const [program = process.execPath, ...given] = [...host.enter, process.execPath, ...argv];
  const env = {
    ...process.env,
    BENCH_HOME: join(folder, 'home'),
    TMPDIR: join(folder, 'tmp'),
    ...environment,
    // Sandboxes are started with nothing but PATH: by this their processes are known as ours.
    PATH: `${process.env['PATH']}:${join(folder, 'bin')}`,
  };
  const out = openSync(log, 'a');
  const child = spawn(program, given, { cwd: join(folder, 'home'), env, stdio: ['ignore', out, out] });
  closeSync(out);
  return child;
}

/** Waits for words of a program that has just been started; throws with what it said where it ends. */
export async function untilSaid({ name, log }: Host, words: string, child: ChildProcess): Promise<void> {
  for (;;) {
    const said = await readFile(log, 'utf8');
    if (said.includes(words)) return;
    if (child.exitCode !== null) throw new Error(`the ${name} ended with ${child.exitCode}: ${said}`);
    await sleep(100);
  }
}
