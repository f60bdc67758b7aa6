import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeSuite } from '../../src/config/describeSuite.ts';
import { resolveSuite } from '../../src/config/resolveSuite.ts';
import { load } from './temporaryFolder.ts';

const suite = resolveSuite(
  load(`
suite: { tasks: [method_gen_multiturn, completion], models: [{ provider: stub }, { provider: openai, model_name: m }] }
inference: { samples: 2, max_iter: 3, prices: { input_per_million: 1, output_per_million: 2 } }
`),
);

test('a dry run says runs, items, turns, requests, queues and cost', () => {
  const items = new Map(suite.runs.map(({ name }) => [name, 10]));
  const text = describeSuite(suite, { items, queues: ['bench', 'bench', 'bench-model-x'] });
  assert.match(text, /4 runs; nothing has been started/);
  assert.match(text, /queues {3}bench, bench-model-x\n/);
  // Generation: 10 items × 2 samples × 3 turns; completion: 10 × 2 × 1; stubs ask nobody.
  assert.match(text, /At most 80 requests to models/);
  // Per sample of generation: input 3 × 64000/3 + 3 × (10000 + 20000/3) = 114000 tokens, output 30000: 0.174.
  // Per sample of completion: input 64000/3, output 10000: 0.041333. Twenty samples each: 4.31.
  assert.match(text, /Cost at most about 4\.31 .*; 2 of 4 runs have no price\./);
  assert.match(text, /django-completion-m +│ openai: m +│ +10 │ +2 │ +1 │ +20 /);
});

test('a dry run without the dataset shows question marks, not numbers', () => {
  const text = describeSuite(suite, { items: new Map() });
  assert.match(text, /At most \? requests/);
});
