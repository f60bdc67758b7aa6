import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { requestKeys } from '../../activities/suiteIdentity.ts';
import { loadConfig } from '../../src/config/loadConfig.ts';
import { resolveSuite } from '../../src/config/resolveSuite.ts';
import type { RunRecord, RunRequest } from '../../src/core/run.ts';
import { reproduceText } from '../../src/report/reproduce.ts';
import { writeAdapter } from '../models/serving/support.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-reproduce-'));
  await writeAdapter(join(folder, 'sweep', 'one'), { r: 8, base_model_name_or_path: 'org/base' });
  await writeFile(join(folder, 'answers.yaml'), 'answers: []');
});
after(() => rm(folder, { recursive: true, force: true }));

const requestOf = (document: object): RunRequest => {
  const data = { path: 'django-4.0.4-mini' };
  const [request] = resolveSuite(loadConfig({ document: { data, ...document } })).runs;
  assert.ok(request);
  return request;
};
const recordOf = (request: RunRequest): RunRecord => ({
  schema: 1,
  createdAt: '2026-11-24T12:00:00.000Z',
  request,
  lock: { dataset: 'sha256:d', environment: 'sha256:e', prompts: 'sha256:p' },
  environment: { name: 'django', digest: 'sha256:e' },
  itemCount: 1,
  leftOut: {},
  quarantined: [],
  versions: { workflow: '1', node: 'v24' },
});

/** What the printed commands write for `bench run`. */
async function writtenBy(text: string, request: RunRequest): Promise<RunRequest> {
  const upToConfig = text.slice(0, text.indexOf('\nEND_OF_CONFIG\n') + '\nEND_OF_CONFIG\n'.length);
  execFileSync('/bin/sh', ['-c', upToConfig], { cwd: folder });
  const path = join(folder, `${request.name}.yaml`);
  assert.ok((await readFile(path, 'utf8')).length > 0);
  const [again] = resolveSuite(loadConfig({ path })).runs;
  assert.ok(again);
  return again;
}

test('The printed commands ask for the same run: every key of its lock is the same', async () => {
  const base = { api: 'completions', fim: 'starcoder2' };
  const documents: object[] = [
    {
      benchmark: 'completion',
      benchmark_parameters: { completion: { prompt_form: 'prefix_suffix' } },
      inference: { provider: 'openai', base_url: 'http://127.0.0.1:1/v1', model_name: 'base', ...base },
    },
    { inference: { provider: 'reference' }, data: { path: 'django-4.0.4-mini', max_items: 3 } },
    {
      benchmark: 'completion',
      benchmark_parameters: { completion: { prompt_form: 'prefix_suffix', cut: 75 } },
      inference: {
        provider: 'openai',
        base_url: 'http://127.0.0.1:1/v1',
        model_args: { max_tokens: null, stop: ['#', "it's"] },
      },
    },
    {
      benchmark: 'program_repair',
      benchmark_parameters: { program_repair: { context: null } },
      inference: {
        provider: 'vllm',
        max_iter: 3,
        turns_for_all_tasks: true,
        no_history: true,
        samples: 2,
        think: false,
      },
    },
    {
      inference: { provider: 'scripted', script: join(folder, 'answers.yaml'), context_source: 'class' },
      grading: { lane: 'strict', memory: '2GiB' },
    },
    {
      inference: { provider: 'embedded', model_name: 'smollm2-135m', embedded_args: { context_size: 2048 } },
    },
    {
      inference: {
        provider: 'vllm',
        model_name: 'org/base',
        lora_ckpts_dir: join(folder, 'sweep'),
        vllm_args: { 'max-model-len': 4096, gpu_memory_utilization: 0.8 },
        generation_config: 'auto',
      },
    },
  ];
  for (const document of documents) {
    const request = requestOf(document);
    const again = await writtenBy(reproduceText(recordOf(request), []), request);
    assert.deepEqual(requestKeys(again), requestKeys(request));
    assert.equal(again.model.weightsFolder, request.model.weightsFolder);
  }
});

test('Flags of servers that change answers are in the lock, those for memory are not, and an adapter names its base', () => {
  const inference = { provider: 'vllm', model_name: 'org/base', lora_ckpts_dir: join(folder, 'sweep') };
  const flags = { dtype: 'float16', 'gpu-memory-utilization': 0.5 };
  const keys = requestKeys(requestOf({ inference: { ...inference, vllm_args: flags } }));
  assert.deepEqual([keys['server.dtype'], keys['base_model']], ['"float16"', '"org/base"']);
  assert.equal(keys['server.gpu_memory_utilization'], undefined);
});

test('Servers are named with their version, GPUs and flags, and started again where they were ours', () => {
  const record = recordOf(requestOf({ inference: { provider: 'vllm', model_name: 'org/base' } }));
  const server = {
    address: 'http://127.0.0.1:3117/v1',
    version: '0.32.0',
    model: { id: 'org/base', max_model_len: 4096 },
    startedAs: {
      argv: ['/usr/bin/vllm', 'serve', 'org/base', '--x', 'two words'],
      gpus: ['NVIDIA H100, 570.1'],
    },
  };
  const text = reproduceText(record, [server]);
  assert.match(
    text,
    /# served at .*, version 0\.32\.0, on NVIDIA H100, 570\.1: id "org\/base", max_model_len 4096/,
  );
  assert.match(text, /# it was started as \/usr\/bin\/vllm serve org\/base --x 'two words'/);
  assert.match(text, /bench run --config \S+ --run-name reproduced --autorun$/m);
  assert.doesNotMatch(text, /base_url/);
  assert.match(text, /# dataset: sha256:d\n# environment: sha256:e\n# prompts: sha256:p/);
});
