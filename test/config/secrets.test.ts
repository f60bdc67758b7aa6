import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveSuite } from '../../src/config/resolveSuite.ts';
import { load, messageOf } from './temporaryFolder.ts';

const secret = ['sk', 'proj', 'abcdefghijklmnopqrstuvwxyz0123456789'].join('-');

const places: readonly string[] = [
  `inference: { api_key: ${secret} }`,
  'inference: { api_key: short }',
  `inference: { api_key_env: ${secret} }`,
  `inference: { model_args: { extra_headers: { Authorization: Bearer abcdefghijkl } } }`,
  `suite: { models: [{ provider: openai, api_key: ${secret} }] }`,
  `api_key: ${secret}`,
  `inference: { base_url: "https://host.example/v1?api_key=abcdef" }`,
  `inference: { model_name: ${['hf', 'abcdefghijklmnopqrstuvwxyz'].join('_')} }`,
];

for (const [index, text] of places.entries()) {
  test(`a key in a config is refused with advice, and never repeated (${index + 1})`, () => {
    const message = messageOf(() => load(text));
    assert.match(message, /^config\.yaml:1: \S+ holds a key \(a secret\)/);
    assert.match(
      message,
      /\nPut it into an environment variable or \.env, and name that variable: api_key_env: /,
    );
    assert.ok(!message.includes(secret) && !message.includes('abcdef'), message);
  });
}

test('a password in an address is refused and not shown', () => {
  const message = messageOf(() => load('inference: { base_url: "https://me:hunter2@host.example/v1" }'));
  assert.match(message, /holds no password/);
  assert.ok(!message.includes('hunter2'), message);
});

test('names that only resemble keys are let through', () => {
  const names = ['hf-internal-testing/tiny-random', 'sk-learn', 'xai-org/grok', 'tokens/max'];
  for (const name of names)
    assert.equal(load(`inference: { model_name: ${name} }`).values.inference.model_name, name);
});

test('a suite holds names of variables, never their values', () => {
  const environment = {
    LITELLM_KEY: 'value-of-the-key',
    OPENAI_API_KEY: 'value-of-the-key',
    LITELLM_ENDPOINT: 'http://e',
  };
  for (const provider of ['litellm', 'openai']) {
    const suite = resolveSuite(load(`inference: { provider: ${provider} }`, [], { environment }));
    const text = JSON.stringify(suite);
    assert.ok(!text.includes('value-of-the-key'));
    assert.match(text, /"apiKeyEnv":"(LITELLM_KEY|OPENAI_API_KEY)"/);
  }
});
