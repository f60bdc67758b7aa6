import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHome } from '../../support/rig.ts';
import { fileURLToPath } from 'node:url';
import type { VllmPlan } from '../../../src/models/serving/vllmCommand.ts';

/** The stand-in for the `vllm` command. */
export const fakeVllm = fileURLToPath(new URL('./fake_vllm.py', import.meta.url));

/** A BENCH_HOME of its own in which the stand-in is the `vllm` command. */
export async function openServingHome(): Promise<{ folder: string; close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-serving-'));
  const before = { home: process.env['BENCH_HOME'], vllm: process.env['BENCH_VLLM'] };
  process.env['BENCH_HOME'] = join(folder, 'home');
  process.env['BENCH_VLLM'] = join(folder, 'vllm');
  await symlink(fakeVllm, join(folder, 'vllm'));
  return {
    folder,
    async close() {
      restore('BENCH_HOME', before.home);
      restore('BENCH_VLLM', before.vllm);
      delete process.env['FAKE_VLLM'];
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The same for whole runs: the environment is the machine's own, everything else is the test's. */
export async function openRunningHome(): ReturnType<typeof openServingHome> {
  const { BENCH_HOME: own } = process.env;
  const home = await openServingHome();
  restore('BENCH_HOME', own);
  await openHome(home.folder);
  return home;
}

/** An adapter's folder as PEFT writes it. */
export async function writeAdapter(folder: string, config: object): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'adapter_config.json'), JSON.stringify(config));
  await writeFile(join(folder, 'adapter_model.safetensors'), 'weights');
}

export function planFor(port: number, changes: Partial<VllmPlan> = {}): VllmPlan {
  return {
    kind: 'vllm',
    model: 'tiny',
    servedName: 'tiny',
    adapters: [],
    port,
    gpuIds: [],
    generationConfig: 'vllm',
    vllmArguments: {},
    ...changes,
  };
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
