import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestKeys } from '../../activities/suiteIdentity.ts';
import { resolveSuite } from '../../src/config/resolveSuite.ts';
import { load, messageOf } from './temporaryFolder.ts';

const suiteOf = (text: string) => resolveSuite(load(text, []));
const failing = (text: string): string => messageOf(() => suiteOf(text));
const base = 'inference: { api: completions, model_name: base }\n';

test('a base model has its family’s form in its spec and in the lock, and chat models have neither', () => {
  const [run] = suiteOf(
    'benchmark: completion\nbenchmark_parameters: { completion: { prompt_form: prefix_suffix } }\n' +
      'inference: { api: completions, fim: qwen2.5-coder, model_name: Qwen/Qwen2.5-Coder-7B }\n',
  ).runs;
  assert.equal(run?.model.api, 'completions');
  assert.equal(run?.model.fim?.template, '<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>');
  assert.match(run === undefined ? '' : (requestKeys(run)['fim'] ?? ''), /fim_prefix/);
  const [chat] = suiteOf('repository: django').runs;
  assert.ok(chat && !('api' in chat.model) && !('api' in requestKeys(chat)) && !('fim' in requestKeys(chat)));
});

test('an entry of a suite may be a base model beside chat models', () => {
  const { runs } = suiteOf(
    'suite: { models: [{ model_name: a }, { model_name: b, api: completions }, { model_name: c, api: responses }] }',
  );
  assert.deepEqual(
    runs.map(({ model }) => model.api ?? 'chat'),
    ['chat', 'completions', 'responses'],
  );
});

test('what a base model cannot be asked is refused with what to set', () => {
  const suffix =
    'benchmark: completion\nbenchmark_parameters: { completion: { prompt_form: prefix_suffix } }\n';
  assert.match(failing(suffix + base), /inference\.fim must name the family of base/);
  const turns = 'benchmark: completion\ninference: { api: completions, turns_for_all_tasks: true }';
  assert.match(failing(turns), /reads no feedback .* set false, or max_iter: 1/);
  assert.match(
    failing('inference: { fim: starcoder2 }'),
    /starcoder2 is for base models; set api: completions, or fim: null/,
  );
  assert.match(
    failing('inference: { api: completions, fim: starcoder }'),
    /must be null or one of qwen2\.5-coder, starcoder2, .*Did you mean starcoder2\?/,
  );
  assert.match(failing('inference: { api: completion }'), /one of chat, completions, responses/);
});
