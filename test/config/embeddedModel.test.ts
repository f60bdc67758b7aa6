import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { requestKeys } from '../../activities/suiteIdentity.ts';
import { embeddedMembers } from '../../src/config/embeddedModel.ts';
import { loadConfig } from '../../src/config/loadConfig.ts';
import { resolveSuite } from '../../src/config/resolveSuite.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-embedded-'));
  await writeFile(join(folder, 'coder.gguf'), 'GGUF and so on');
  await writeFile(join(folder, 'text.gguf'), 'some text');
});
after(() => rm(folder, { recursive: true, force: true }));

const load = (document: object) =>
  loadConfig({ document: { data: { path: 'django-4.0.4-mini' }, ...document } });
const embedded = (model: string) => load({ inference: { provider: 'embedded', model_name: model } });

test('An embedded model is a GGUF file or a known name; everything else is said with its key', () => {
  const [run] = resolveSuite(embedded(join(folder, 'coder.gguf'))).runs;
  assert.equal(run?.model.weightsFolder, join(folder, 'coder.gguf'));
  assert.match(
    resolveSuite(embedded('smollm2-135m')).runs[0]?.model.weightsFolder ?? '',
    /smollm2-135m-\w+\.gguf$/,
  );
  const wrong = [
    ['smolm2-135m', /inference\.model_name: there is no GGUF file .*Did you mean smollm2-135m/s],
    [join(folder, 'text.gguf'), /expected a GGUF file, found something else/],
    [folder, /expected a GGUF file, found something else/],
  ] as const;
  for (const [model, words] of wrong) assert.throws(() => resolveSuite(embedded(model)), words);
});

test('What of the engine can change an answer is part of the lock; its address is not', () => {
  const inference = { provider: 'embedded', model_name: 'smollm2-135m', base_url: 'http://127.0.0.1:1/v1' };
  const [run] = resolveSuite(load({ inference: { ...inference, embedded_args: { threads: 3 } } })).runs;
  assert.ok(run);
  const keys = requestKeys(run);
  assert.equal(keys['server.threads'], '3');
  assert.match(keys['server.engine'] ?? '', /node-llama-cpp \d/);
  assert.doesNotMatch(JSON.stringify(keys), /127\.0\.0\.1/);
});

test('A smoke row has five items and a short context, a name of its own, and can be left out', () => {
  const models = [
    { provider: 'reference' },
    { provider: 'embedded', model_name: 'smollm2-135m', smoke: true },
  ];
  const document = { suite: { models }, data: { path: 'django-4.0.4-mini', max_items: 20 } };
  const [reference, smoke] = resolveSuite(load(document)).runs;
  assert.deepEqual([reference?.maxItems, smoke?.maxItems], [20, 5]);
  assert.deepEqual([reference?.smoke, smoke?.smoke], [undefined, true]);
  assert.equal(smoke?.policy.maxContextCharacters, 1000);
  assert.match(smoke?.name ?? '', /smollm2-135m-smoke$/);
  assert.equal(resolveSuite(load({ ...document, suite: { models, smoke: false } })).runs.length, 1);
});

test('A server is needed for the embedded models whose address nobody gave', () => {
  const smollm = { provider: 'embedded', model_name: 'smollm2-135m' };
  const models = [
    { provider: 'stub' },
    smollm,
    { ...smollm, label: 'other', base_url: 'http://127.0.0.1:1/v1' },
  ];
  const keys = (document: object) => embeddedMembers(load(document)).map(({ addressKey }) => addressKey);
  assert.deepEqual(keys({ suite: { models } }), ['suite.models.1.base_url']);
  assert.deepEqual(keys({ inference: smollm }), ['inference.base_url']);
  assert.deepEqual(keys({ inference: { ...smollm, check_ground_truth: true } }), []);
  const smoke = [{ ...smollm, smoke: true }];
  assert.deepEqual(keys({ suite: { models: smoke, smoke: false } }), []);
});
