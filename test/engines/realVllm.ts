import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { fetchWeights } from '../../src/environments/index.ts';
import { findKnown, keptWeights } from '../../src/models/serving/embedded/knownWeights.ts';
import { stopDevServer } from '../../src/temporal/devServer.ts';
import { mainFile } from '../cli/runBench.ts';
import { openHome } from '../support/rig.ts';

/** A virtual environment that `install_vllm.sh` made. */
const environment = process.env['BENCH_TEST_VLLM'] ?? '';

/** Why these tests cannot run here, or false. */
export const skip = existsSync(join(environment, 'bin', 'vllm'))
  ? false
  : 'BENCH_TEST_VLLM names no environment that test/engines/install_vllm.sh made';

/** SmolLM2 as Hugging Face has it, and two adapters of random numbers: `adapters/one` and `adapters/two`. */
export interface RealModel {
  readonly folder: string;
  readonly adapters: string;
}

/** Made once, and kept beside the environment. */
export async function realModel(): Promise<RealModel> {
  const kept = join(environment, 'test-model');
  const model = { folder: join(kept, 'smol'), adapters: join(kept, 'adapters') };
  if (existsSync(kept)) return model;
  const name = 'smollm2-135m';
  const known = findKnown(name);
  if (known === null) throw new Error(`no weights are known as ${name}`);
  await fetchWeights(name, known, () => undefined);
  const made = await mkdtemp(join(environment, 'making-'));
  const adapters = ['one', 'two'].map((adapter) => join(made, 'adapters', adapter));
  const script = join(import.meta.dirname, 'make_model.py');
  const given = [script, keptWeights(name, known), join(made, 'smol'), ...adapters];
  await promisify(execFile)(join(environment, 'bin', 'python'), given, { maxBuffer: 1 << 26 });
  await rename(made, kept);
  return model;
}

export interface Bench {
  readonly folder: string;
  start(...argv: readonly string[]): Started;
  close(): Promise<void>;
}

export interface Started {
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<{
    readonly exitCode: number | null;
    readonly stdout: string;
    readonly stderr: string;
  }>;
}

/** A BENCH_HOME of its own in which the real vLLM is the `vllm` command. */
export async function openBench(): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-engines-'));
  await openHome(folder);
  const env = {
    ...process.env,
    BENCH_VLLM: join(environment, 'bin', 'vllm'),
    HF_HUB_OFFLINE: '1',
    VLLM_CPU_KVCACHE_SPACE: '1',
    OMP_NUM_THREADS: '1',
    NO_COLOR: '1',
  };
  return {
    folder,
    start(...argv) {
      const child = spawn(process.execPath, [mainFile, ...argv], {
        cwd: folder,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
      const all = Promise.all([exit, text(child.stdout), text(child.stderr)]);
      return {
        kill: (signal) => void child.kill(signal),
        ended: all.then(([exitCode, stdout, stderr]) => ({ exitCode, stdout, stderr })),
      };
    },
    async close() {
      await stopDevServer();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Processes of this machine whose command line names one of these ports of vLLM, or the environment's Python. */
export async function processesOfVllm(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,stat=,args=']);
  const lines = stdout.split('\n').filter((line) => !/^\s*\d+\s+Z/.test(line));
  return lines.filter((line) => line.includes(`${environment}/bin/`) || line.includes('VLLM::'));
}

/** The end of a log, for the message of an assertion. */
export async function endOf(path: string): Promise<string> {
  return (await readFile(path, 'utf8').catch(() => '')).slice(-4000);
}
