import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { loadConfig } from '../../../src/config/loadConfig.ts';
import { resolveSuite } from '../../../src/config/resolveSuite.ts';
import { maximumRank, readAdapters, refuseOtherBase } from '../../../src/models/serving/adapters.ts';
import { gpuGroups, vllmArguments } from '../../../src/models/serving/vllmCommand.ts';
import { weightsDigest } from '../../../src/models/serving/weightsDigest.ts';
import { planFor, writeAdapter } from './support.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-adapters-'));
  process.env['BENCH_HOME'] = join(folder, 'home');
  const base = 'Qwen/Qwen3-1.7B';
  await writeAdapter(join(folder, 'sweep', 'checkpoint-100'), { r: 16, base_model_name_or_path: base });
  await writeAdapter(join(folder, 'sweep', 'checkpoint-20'), { r: 12, base_model_name_or_path: base });
  await mkdir(join(folder, 'sweep', 'runs'));
});
after(() => rm(folder, { recursive: true, force: true }));

const sweep = (inference: object): string[] => {
  const document = { inference: { lora_ckpts_dir: join(folder, 'sweep'), ...inference } };
  return resolveSuite(loadConfig({ document })).runs.map(({ model }) => model.model);
};

test('A sweep is a run per adapter, in the order of their numbers; nulls are dropped, and none named means all', () => {
  assert.deepEqual(sweep({}), ['checkpoint-20', 'checkpoint-100']);
  assert.deepEqual(sweep({ lora_ckpts_list: [] }), ['checkpoint-20', 'checkpoint-100']);
  assert.deepEqual(sweep({ lora_ckpts_list: null }), ['checkpoint-20', 'checkpoint-100']);
  assert.deepEqual(sweep({ lora_ckpts_list: [null, 'checkpoint-100'] }), ['checkpoint-100']);
  assert.deepEqual(sweep({ lora_base: true }), ['Qwen/Qwen3-1.7B', 'checkpoint-20', 'checkpoint-100']);
});

test('A folder without adapters, a missing name, and an adapter of another base are said', async () => {
  assert.throws(() => readAdapters(join(folder, 'nowhere'), null), /cannot read .*nowhere/);
  assert.throws(() => readAdapters(join(folder, 'sweep', 'runs'), [null]), /found none/);
  assert.throws(
    () => sweep({ lora_ckpts_list: ['checkpoint-7'] }),
    /checkpoint-7: no such folder.*checkpoint-20/,
  );
  assert.throws(
    () => sweep({ model_name: 'Qwen/Qwen3-8B' }),
    /another base than Qwen\/Qwen3-8B.*trained on/s,
  );
  await writeFile(join(folder, 'sweep', 'runs', 'adapter_config.json'), '{}');
  assert.throws(() => readAdapters(join(folder, 'sweep'), ['runs']), /with its rank `r`/);
  await rm(join(folder, 'sweep', 'runs', 'adapter_config.json'));
});

test('Ranks are rounded up to one that vLLM takes', () => {
  const ranked = (rank: number) => [{ name: 'a', folder: '/a', rank, base: null }];
  assert.deepEqual(
    [1, 2, 8, 12, 33, 512].map((rank) => maximumRank(ranked(rank))),
    [1, 8, 8, 16, 64, 512],
  );
  assert.throws(() => maximumRank(ranked(600)), /rank 600; vLLM serves ranks up to 512/);
  assert.doesNotThrow(() => refuseOtherBase(ranked(8), 'anything'));
});

test("A server's flags: ours, then the user's, which win", () => {
  const adapters = readAdapters(join(folder, 'sweep'), null);
  const given = {
    max_model_len: 4096,
    enforce_eager: true,
    'generation-config': 'auto',
    enable_prefix_caching: false,
  };
  const flags = vllmArguments(planFor(3117, { adapters, vllmArguments: given })).join(' ');
  assert.match(flags, /^serve tiny --host 127\.0\.0\.1 --port 3117 --served-model-name tiny/);
  assert.match(
    flags,
    /--generation-config auto --enable-lora --lora-modules checkpoint-20=\S+ checkpoint-100=\S+/,
  );
  assert.match(flags, /--max-lora-rank 16 --max-loras 2 --max-cpu-loras 2/);
  assert.match(flags, /--max-model-len 4096 --enforce-eager --no-enable-prefix-caching$/);
});

test('GPUs are grouped as parallelism needs them', () => {
  assert.deepEqual(gpuGroups(['0', '1'], {}), [['0'], ['1']]);
  assert.deepEqual(gpuGroups(['0', '1', '2', '3', '4'], { tensor_parallel_size: 2 }), [
    ['0', '1'],
    ['2', '3'],
  ]);
  assert.deepEqual(gpuGroups(['0'], { 'tensor-parallel-size': 2 }), []);
});

test('Weights that are overwritten have another digest, even at the same size', async () => {
  const adapter = join(folder, 'sweep', 'checkpoint-20');
  const first = await weightsDigest(adapter);
  assert.equal(await weightsDigest(adapter), first);
  await writeFile(join(adapter, 'adapter_model.safetensors'), 'WEIGHTS');
  assert.notEqual(await weightsDigest(adapter), first);
  assert.equal(await weightsDigest(join(folder, 'nowhere')), null);
});
