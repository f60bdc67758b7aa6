import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policy, sampleRow, tasks } from './sampleRow.ts';

const task = tasks.method_gen_multiturn;
const row = sampleRow({ name: 'Shop.total' });

test('a hint shows so many quarters of the body after the declaration, in whole lines', () => {
  const shown = (hint_level?: number): string => {
    const [message] = task.composePrompt({ ...row, hint_level }, policy, { prompt: '{declaration}' });
    return /^```python\n([^`]*)\n```$/.exec(message?.content ?? '')?.[1] ?? '';
  };
  const declaration = row.method.declaration;
  const body = row.method.body.split('\n');
  assert.equal(shown(), declaration);
  assert.equal(shown(0), declaration);
  for (const level of [1, 2, 3, 4]) {
    const lines = body.slice(0, Math.floor((body.length * level) / 4));
    assert.equal(shown(level), [declaration, ...lines].join('\n'));
  }
});
