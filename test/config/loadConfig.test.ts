import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../src/config/loadConfig.ts';
import { parseSetFlag } from '../../src/config/overrides.ts';
import { resourcePath } from '../../src/config/resources.ts';
import { load, temporaryFolder } from './temporaryFolder.ts';

test('without anything given, the published defaults hold', () => {
  const { values } = loadConfig({ environment: {}, cwd: temporaryFolder() });
  assert.equal(values.repository, 'django');
  assert.equal(values.inference.max_iter, 5);
  assert.equal(values.inference.batch_size, 144);
  assert.deepEqual(values.inference.model_args, { temperature: 0, max_tokens: 10000, seed: 42 });
  assert.equal(values.docker.memory, null);
  assert.equal(values.grading.memory, 1024 ** 3);
});

test('the documented defaults are a valid configuration that changes nothing', () => {
  const defaults = loadConfig({ environment: {}, cwd: temporaryFolder() });
  const documented = load(readFileSync(resourcePath('config_default.yaml'), 'utf8'));
  assert.deepEqual(documented.values, defaults.values);
});

test('every key of the documented defaults has a comment above it or above its section', () => {
  const lines = readFileSync(resourcePath('config_default.yaml'), 'utf8').split('\n');
  const sections = ['inference_pars', 'docker', 'analysis'];
  let section = '';
  for (const [index, line] of lines.entries()) {
    if (/^\w+:/.test(line)) section = line.split(':')[0] ?? '';
    const isLeaf = /^ *\w+: \S/.test(line);
    if (!isLeaf || sections.includes(section) || /model_args|time_limit|size|    /.test(line)) continue;
    assert.match(lines[index - 1] ?? '', /^ *#/, `line ${index + 1} has no comment: ${line}`);
  }
});

test("the published suite's default configuration loads unchanged", () => {
  const { values } = load(readFileSync(join(import.meta.dirname, 'fixtures/original_default.yaml'), 'utf8'));
  assert.equal(values.inference.sandbox_provider, 'restapi');
  assert.equal(values.paths.output_folder, 's3://bucket/multiturn/results');
  assert.deepEqual(values.inference.lora_ckpts_list, [null]);
});

test('a partial file is merged over the defaults, key by key', () => {
  const { values } = load('inference:\n  max_iter: 2\n  model_args: { temperature: 0.7 }\n');
  assert.equal(values.inference.max_iter, 2);
  assert.equal(values.inference.batch_size, 144);
  assert.deepEqual(values.inference.model_args, { temperature: 0.7, max_tokens: 10000, seed: 42 });
});

test('a section left empty keeps its defaults', () => {
  const { values } = load('inference:\nbenchmark_parameters:\n  program_repair:\n');
  assert.equal(values.inference.max_iter, 5);
  assert.equal(values.benchmark_parameters.program_repair.context, 'test');
});

test('flags win over variables, variables over .env, .env over the file', () => {
  const file = 'temporal: { address: "file:1", namespace: from-file }\n';
  const cwd = temporaryFolder();
  assert.equal(load(file, [], { cwd }).values.temporal.address, 'file:1');
  writeFileSync(join(cwd, '.env'), 'TEMPORAL_ADDRESS=dotenv:1\nTEMPORAL_NAMESPACE="from dotenv"\n');
  assert.equal(load(file, [], { cwd }).values.temporal.address, 'dotenv:1');
  const environment = { TEMPORAL_ADDRESS: 'variable:1' };
  const third = load(file, [], { cwd, environment }).values.temporal;
  assert.deepEqual(third, { address: 'variable:1', namespace: 'from dotenv' });
  const last = load(file, ['temporal.address=flag:1'], { cwd, environment }).values.temporal;
  assert.equal(last.address, 'flag:1');
});

test('--set values are YAML, so they have types', () => {
  const { values } = load('inference: { prices: { input_per_million: 1, output_per_million: 2 } }', [
    'inference.max_iter=3',
    'inference.think=false',
    'data.path=null',
    'inference.ports=[8000, 8001]',
    'inference.model_args={temperature: 0.2, stop: ["a=b"]}',
    'inference.model_args.top_p=0.9',
    'run_name="007"',
    'inference.prices=null',
  ]);
  assert.equal(values.inference.max_iter, 3);
  assert.equal(values.inference.think, false);
  assert.equal(values.data.path, null);
  assert.deepEqual(values.inference.ports, [8000, 8001]);
  const expected = { temperature: 0.2, max_tokens: 10000, seed: 42, stop: ['a=b'], top_p: 0.9 };
  assert.deepEqual(values.inference.model_args, expected);
  assert.equal(values.run_name, '007');
  assert.equal(values.inference.prices, null);
});

test('--set reaches into a list by number, and leaves its other entries alone', () => {
  const text = 'suite: { models: [{ provider: stub }, { provider: openai, model_name: a }] }';
  const { values } = load(text, ['suite.models.1.model_name=b']);
  assert.deepEqual(values.suite.models, [{ provider: 'stub' }, { provider: 'openai', model_name: 'b' }]);
});

test('a configuration can be given as data, with overrides as data', () => {
  const overrides = [{ key: 'inference.max_iter', value: 9, flag: '--set inference.max_iter' }];
  const document = { inference: { max_iter: 2, samples: 4 } };
  const { values } = loadConfig({ document, overrides, environment: {}, cwd: temporaryFolder() });
  assert.equal(values.inference.max_iter, 9);
  assert.equal(values.inference.samples, 4);
});

test('yes, no, on and off are booleans, as in files written for older YAML', () => {
  const { values } = load('inference: { think: no, no_feedback: on }');
  assert.equal(values.inference.think, false);
  assert.equal(values.inference.no_feedback, true);
});

test('anchors and merge keys work', () => {
  const { values } = load(
    'wandb: &a { run_name: x }\nanalysis: { new_model_label: y }\ntemporal: { <<: { address: z } }\n',
  );
  assert.equal(values.wandb.run_name, 'x');
  assert.equal(values.temporal.address, 'z');
});

test('keys of the prototype change nothing and are refused as unknown', () => {
  assert.throws(() => load('__proto__: { repository: sympy }\n'), /unknown key __proto__/);
  assert.throws(() => load('', ['a.b=1']), /empty file/);
  assert.throws(
    () => loadConfig({ overrides: [parseSetFlag('__proto__.x=1')], environment: {} }),
    /unknown key/,
  );
  assert.equal(Reflect.get({}, 'x'), undefined);
});
