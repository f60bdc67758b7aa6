import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../src/config/loadConfig.ts';
import { resolveSuite } from '../../src/config/resolveSuite.ts';
import { resourcePath } from '../../src/config/resources.ts';
import type { RunRequest } from '../../src/core/run.ts';
import { load, messageOf, temporaryFolder } from './temporaryFolder.ts';

const suiteOf = (text: string, set: readonly string[] = []) => resolveSuite(load(text, set));
const only = (runs: readonly RunRequest[]): RunRequest => {
  const [run] = runs;
  assert.ok(run !== undefined && runs.length === 1, `expected one run, found ${runs.length}`);
  return run;
};

test('without a suite there is exactly one run, of the benchmark and the model of inference', () => {
  const suite = suiteOf('benchmark: method_gen_multiturn\n');
  const run = only(suite.runs);
  assert.equal(run.name, 'django-method_gen_multiturn-Qwen-Qwen3-1.7B');
  assert.equal(suite.name, run.name);
  assert.deepEqual(run.model, {
    provider: 'vllm',
    model: 'Qwen/Qwen3-1.7B',
    baseUrls: ['http://127.0.0.1:3117/v1'],
    baseUrlEnv: null,
    apiKeyEnv: null,
    modelArguments: { temperature: 0, max_tokens: 10000 },
    weightsFolder: null,
    seed: 42,
    script: null,
    requestTimeoutSeconds: 1800,
    maxRetries: 5,
  });
  assert.deepEqual(run.grading, {
    provider: 'local',
    lane: 'auto',
    strictShare: 0.01,
    timeLimitFactor: 10,
    timeLimitFloorSeconds: 30,
    memoryBytes: 1024 ** 3,
    processes: 128,
    fileBytes: 64 * 1024 ** 2,
    outputBytes: 1024 ** 2,
    docker: null,
  });
});

test('the memory of what is kept warm is no part of the policy that a run is held to', () => {
  const [run] = suiteOf('grading: { warm_memory: 64MiB }').runs;
  assert.equal(run?.warmMemoryBytes, 64 * 1024 ** 2);
  assert.deepEqual(run?.grading, suiteOf('repository: django').runs[0]?.grading);
  assert.throws(() => suiteOf('grading: { warm_memory: much }'), /a size such as 512MiB, or bytes/);
});

test('completion and repair take one turn and no arms, unless turns_for_all_tasks', () => {
  const tasks = 'suite: { tasks: [method_gen_multiturn, completion, program_repair] }\n';
  const turns = (extra: string) => suiteOf(tasks + extra).runs.map(({ policy }) => policy.maxTurns);
  assert.deepEqual(turns(''), [5, 1, 1]);
  assert.deepEqual(turns('inference: { turns_for_all_tasks: true, max_iter: 3 }'), [3, 3, 3]);
  const arms = suiteOf(tasks, ['inference.no_feedback=true']).runs.map(({ policy }) => policy.noFeedback);
  assert.deepEqual(arms, [true, false, false]);
});

test('the quick start is three tasks with reference, stub and a smoke row of a real model, one turn each', () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'rows.jsonl'), '');
  const overrides = [{ key: 'data.path', value: 'rows.jsonl', flag: '--set data.path' }];
  const path = resourcePath('quickstart.yaml');
  const suite = resolveSuite(loadConfig({ path, cwd, environment: {}, overrides }));
  assert.equal(suite.name, 'quickstart');
  assert.deepEqual(suite.notices, []);
  assert.equal(suite.runs.length, 9);
  assert.equal(suite.runs[0]?.name, 'quickstart-django-method_gen_multiturn-reference');
  for (const { policy, maxItems, outputFolder, datasetPath, smoke } of suite.runs) {
    assert.equal(policy.maxTurns, 1);
    assert.equal(maxItems, smoke === true ? 5 : 20);
    assert.equal(outputFolder, join(cwd, 'results/quickstart'));
    assert.equal(datasetPath, join(cwd, 'rows.jsonl'));
  }
});

test('paths of a file start at the file, those of flags and the output folder at the working folder', () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'conf/my-prompts'), { recursive: true });
  writeFileSync(join(cwd, 'conf/rows.jsonl'), '');
  writeFileSync(join(cwd, 'other.jsonl'), '');
  const text = 'data: { path: rows.jsonl }\npaths: { prompts: my-prompts, output_folder: out }\n';
  writeFileSync(join(cwd, 'conf/c.yaml'), text);
  const source = { path: 'conf/c.yaml', cwd, environment: {} };
  const run = only(resolveSuite(loadConfig(source)).runs);
  assert.equal(run.datasetPath, join(cwd, 'conf/rows.jsonl'));
  assert.equal(run.promptsFolder, join(cwd, 'conf/my-prompts'));
  assert.equal(run.outputFolder, join(cwd, 'out'));
  const overrides = [{ key: 'data.path', value: 'other.jsonl', flag: '--set data.path' }];
  const flagged = only(resolveSuite(loadConfig({ ...source, overrides })).runs);
  assert.equal(flagged.datasetPath, join(cwd, 'other.jsonl'));
});

test('a missing dataset or prompts folder says where it was looked for', () => {
  assert.match(
    messageOf(() => suiteOf('data: { path: nowhere.jsonl }\n')),
    /^config\.yaml:1: data\.path: no such file or folder: \/.*nowhere\.jsonl\nName a /,
  );
  assert.match(
    messageOf(() => suiteOf('paths: { prompts: nowhere }\n')),
    /^config\.yaml:1: paths\.prompts: no such folder: \/.*\nbench get-prompts DIR/,
  );
});

test('without data.path the published set is to be tried before the shipped one; of SymPy there is none', () => {
  const suite = suiteOf('benchmark: completion\n');
  assert.equal(only(suite.runs).datasetPath, resourcePath('datasets', 'django-4.0.4.jsonl.gz'));
  assert.equal(only(suite.runs).unnamedDataset, true);
  assert.deepEqual(suite.notices, []);
  assert.equal('unnamedDataset' in only(suiteOf('data: { path: django-4.0.4 }\n').runs), false);
});

test("the published suite's default configuration resolves as it is; its set is on the hub", () => {
  const text = readFileSync(join(import.meta.dirname, 'fixtures/original_default.yaml'), 'utf8');
  assert.equal(only(suiteOf(text).runs).datasetPath, 'hf://anonauthor/django_multi_task');
  const meanwhile = ['paths.output_folder=results', 'data.path=null'];
  const suite = suiteOf(text, meanwhile);
  assert.equal(only(suite.runs).policy.maxTurns, 5);
  assert.equal(only(suite.runs).grading.provider, 'restapi');
  assert.deepEqual(only(suite.runs).remote, {
    tokenEnv: 'SANDBOX_TOKEN',
    workers: 1,
    maxRetries: 5,
    retryDelaySeconds: 15,
    timeoutSeconds: 20,
  });
  assert.equal(suite.notices.filter((notice) => /^analysis|^paths\.local_dir/.test(notice)).length, 2);
});

test('weights that must be on this machine are not taken from a bucket; prompts and names of served models are', () => {
  const set = (...given: string[]) => suiteOf('benchmark: completion\n', given);
  const vllm = ['inference.provider=vllm', 'inference.ports=[8000]'];
  for (const [key, given] of [
    ['inference.lora_ckpts_dir', [...vllm, 'inference.lora_ckpts_dir=s3://bucket/adapters']],
    ['inference.model_name', ['inference.provider=embedded', 'inference.model_name=s3://bucket/a.gguf']],
  ] as const) {
    const words = new RegExp(
      `${key}: expected a path on this machine, found s3://bucket.*\\nBring it here`,
      's',
    );
    assert.match(
      messageOf(() => set(...given)),
      words,
    );
  }
  const named = only(set(...vllm, 'inference.model_name=s3://bucket/model', 'paths.prompts=s3://b/p/').runs);
  assert.deepEqual([named.model.model, named.promptsFolder], ['s3://bucket/model', 's3://b/p']);
});

test('arms that contradict each other are refused', () => {
  const set = ['inference.no_multiturn=true', 'inference.repair_sampling=true'];
  assert.match(
    messageOf(() => suiteOf('benchmark: completion\n', set)),
    /no_multiturn and repair_sampling contradict/,
  );
});

test('samples at temperature 0 are allowed, and said to repeat', () => {
  const notices = (set: string[]) => suiteOf('run_name: x\n', set).notices.join('\n');
  assert.match(notices(['inference.samples=3']), /temperature 0/);
  assert.match(notices(['inference.no_multiturn=true']), /temperature 0/);
  assert.doesNotMatch(
    notices(['inference.samples=3', 'inference.model_args.temperature=0.8']),
    /temperature 0/,
  );
  assert.doesNotMatch(notices(['inference.samples=3', 'inference.provider=stub']), /temperature 0/);
});

test('settings without an effect here are named, and only when they were changed', () => {
  const quiet = suiteOf('docker: { memory: 6GB }\n').notices;
  assert.equal(quiet.length, 0);
  const { notices } = suiteOf(
    'docker: { memory: 7GB }\nwandb: { run_name: mine }\ninference: { max_num_tests: 5, sandbox_provider: bubblewrap }\n',
  );
  assert.deepEqual(
    notices.map((notice) => notice.split(':')[0]),
    ['wandb', 'docker', 'inference.max_num_tests'],
  );
});

test("Docker's own keys count where they were written, and only those", () => {
  const docker = (text: string) => only(suiteOf(text).runs).grading.docker;
  assert.equal(docker('benchmark: completion\n'), null);
  assert.deepEqual(docker('docker: { memory: 6GB, cpu_quota: 200000 }\n'), {
    cpuQuotaMicroseconds: 200_000,
    memoryBytes: 6e9,
  });
});

test('lines for the Dockerfile are read from their file, and a missing one is named', () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'lines'), 'RUN true\n');
  const at = (value: string) => {
    const overrides = [{ key: 'paths.docker_commands', value, flag: '--set paths.docker_commands' }];
    return resolveSuite(loadConfig({ overrides, cwd, environment: {} }));
  };
  assert.deepEqual(only(at('lines').runs).grading.docker, { commands: 'RUN true\n' });
  assert.match(
    messageOf(() => at('gone')),
    /paths\.docker_commands: cannot read .*gone\.\nName a file/,
  );
});

test('What is asked in another way makes a run with a name of its own, and only for its task', () => {
  const file = `suite:
  tasks: [method_gen_multiturn, completion, program_repair]
benchmark_parameters:
  method_gen_multiturn: { gen_target: class }
  completion: { prompt_form: prefix_suffix, cut: 25 }
`;
  const variants = suiteOf(file).runs.map(({ name, policy }) => [
    /-(class|prefix.*)$/.exec(name)?.[1] ?? null,
    policy.genTarget,
    policy.completionForm,
    policy.cutPercent,
  ]);
  assert.deepEqual(variants, [
    ['class', 'class', undefined, undefined],
    ['prefix_suffix-cut25', undefined, 'prefix_suffix', 25],
    [null, undefined, undefined, undefined],
  ]);
  const usual = suiteOf('benchmark_parameters: { completion: { cut: 50 } }\nbenchmark: completion\n');
  const none = suiteOf('benchmark_parameters: { completion: null }\nbenchmark: completion\n');
  assert.deepEqual(only(usual.runs).policy, only(none.runs).policy);
  assert.match(
    messageOf(() => suiteOf('benchmark_parameters: { completion: { cut: 40 } }\n')),
    /cut must be one of 25, 50, 75/,
  );
});
