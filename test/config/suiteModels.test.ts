import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { resolveSuite } from '../../src/config/resolveSuite.ts';
import { slug } from '../../src/config/runNames.ts';
import { load, messageOf, temporaryFolder } from './temporaryFolder.ts';

const runsOf = (text: string, set: readonly string[] = []) => resolveSuite(load(text, set)).runs;
const namesOf = (text: string, set: readonly string[] = []) => runsOf(text, set).map(({ name }) => name);

test('each task meets each model; what an entry does not say comes from inference', () => {
  const runs = runsOf(`
suite:
  tasks: [completion, program_repair]
  models:
    - { provider: stub }
    - { model_name: org/model, model_args: { temperature: 0.5, max_tokens: null, top_k: 5, seed: 7 } }
inference: { provider: openai, base_url: 'http://127.0.0.1:1/v1', request_timeout_seconds: 60 }
`);
  assert.deepEqual(
    runs.map(({ task, model }) => [task, model.provider, model.model]),
    [
      ['completion', 'stub', 'stub'],
      ['program_repair', 'stub', 'stub'],
      ['completion', 'openai', 'org/model'],
      ['program_repair', 'openai', 'org/model'],
    ],
  );
  assert.deepEqual(runs[0]?.model.baseUrls, []);
  assert.deepEqual(runs[2]?.model.modelArguments, { temperature: 0.5, top_k: 5 });
  assert.equal(runs[2]?.model.seed, 7);
  assert.equal(runs[2]?.model.requestTimeoutSeconds, 60);
});

test('an address or key belongs to one provider: an entry with another provider does not inherit it', () => {
  const [stub, litellm] = runsOf(`
inference: { provider: openai, base_url: 'http://a.example/v1', api_key_env: A_KEY }
suite: { models: [{ provider: stub }, { provider: litellm, model_name: m }] }
`);
  assert.equal(stub?.model.apiKeyEnv, null);
  assert.deepEqual(litellm?.model.baseUrls, []);
  assert.equal(litellm?.model.baseUrlEnv, 'LITELLM_ENDPOINT');
  assert.equal(litellm?.model.apiKeyEnv, 'LITELLM_KEY');
});

test('each provider has its own way to an address and a key, by name only', () => {
  const one = (set: string[]) => runsOf('run_name: x\n', ['inference.model_name=m', ...set])[0]?.model;
  const openai = one(['inference.provider=openai']);
  assert.deepEqual(
    [openai?.baseUrls, openai?.baseUrlEnv, openai?.apiKeyEnv],
    [[], 'OPENAI_BASE_URL', 'OPENAI_API_KEY'],
  );
  const elsewhere = one(['inference.provider=openai', 'inference.base_url=http://h:1/v1']);
  assert.deepEqual([elsewhere?.baseUrls, elsewhere?.apiKeyEnv], [['http://h:1/v1'], null]);
  const replicas = one(['inference.host=gpu', 'inference.ports=[1, 2]']);
  assert.deepEqual(replicas?.baseUrls, ['http://gpu:1/v1', 'http://gpu:2/v1']);
});

test('check_ground_truth answers with the reference, whatever models there are', () => {
  const runs = runsOf('suite: { models: [{ provider: stub }, { provider: openai }] }', [
    'inference.check_ground_truth=true',
  ]);
  assert.deepEqual(
    runs.map(({ model }) => model.provider),
    ['reference'],
  );
});

test('names hold the arm, the prefix and the replica', () => {
  assert.deepEqual(namesOf('run_name: my run\n', ['inference.no_feedback=true', 'inference.think=false']), [
    'my-run-django-method_gen_multiturn-Qwen-Qwen3-1.7B-no_feedback-no_think',
  ]);
  assert.deepEqual(namesOf('wandb: { run_name: w }\nsuite: { replicas: 2 }\nbenchmark: completion\n'), [
    'w-django-completion-Qwen-Qwen3-1.7B-replica1',
    'w-django-completion-Qwen-Qwen3-1.7B-replica2',
  ]);
  assert.deepEqual(namesOf('run_name: exact\npaths: { format_run_name: false }\n'), ['exact']);
});

test('models whose names look alike get names that differ, whatever their order', () => {
  const entry = (name: string) => `{ provider: openai, model_name: "${name}" }`;
  const ab = namesOf(`suite: { models: [${entry('a/b')}, ${entry('A b')}] }`);
  const ba = namesOf(`suite: { models: [${entry('A b')}, ${entry('a/b')}] }`);
  assert.equal(new Set(ab.map((name) => name.toLowerCase())).size, 2);
  assert.deepEqual(ab.toSorted(), ba.toSorted());
});

test('the same model twice is refused', () => {
  const message = messageOf(() => namesOf('suite:\n  models: [{ provider: stub }, { provider: stub }]\n'));
  assert.match(message, /^config\.yaml:2: suite\.models: two entries make the same run, /);
});

test('slugs are safe in file names and URLs', () => {
  const hostile = [
    '../../etc/passwd',
    '/',
    '..',
    'a b\n\u001b[31mc',
    'модель',
    'x'.repeat(500),
    '-rf',
    '.hidden',
    'é',
  ];
  for (const text of hostile) {
    const name = slug(text);
    assert.match(name, /^[A-Za-z0-9_][A-Za-z0-9._-]*$/, JSON.stringify(text));
    assert.ok(name.length <= 60 && !name.includes('..'), name);
  }
  assert.notEqual(slug('модель'), slug('другая'));
  assert.notEqual(slug(`${'x'.repeat(80)}a`), slug(`${'x'.repeat(80)}b`));
});

test('the scripted model needs a file that exists', () => {
  const text = 'inference: { provider: scripted }\n';
  assert.match(
    messageOf(() => runsOf(text)),
    /^config\.yaml:1: inference\.script must name the file/,
  );
  assert.match(
    messageOf(() => runsOf(text, ['inference.script=no.json'])),
    /inference\.script: no such file: \//,
  );
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'answers.json'), '[]');
  const [run] = resolveSuite(load(text, ['inference.script=answers.json'], { cwd })).runs;
  assert.equal(run?.model.script, join(cwd, 'answers.json'));
});

test('a seed that is not a whole number is refused', () => {
  const message = messageOf(() => runsOf('inference:\n  model_args:\n    seed: soon\n'));
  assert.equal(
    message,
    "config.yaml:3: inference.model_args.seed must be a whole number: each sample's seed is counted from it.",
  );
});

test('prices are for models that cost something', () => {
  const [stub, paid] = runsOf(`
inference: { prices: { input_per_million: 1, output_per_million: 2 } }
suite: { models: [{ provider: stub }, { provider: openai, model_name: m }] }
`);
  assert.equal(stub?.prices, null);
  assert.deepEqual(paid?.prices, { inputPerMillion: 1, outputPerMillion: 2 });
});
