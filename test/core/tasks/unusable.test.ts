import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../../../src/core/answer.ts';
import { whyUnusable } from '../../../src/core/tasks/unusable.ts';
import { sampleRow, tasks } from './sampleRow.ts';

const row = sampleRow({ name: 'total' });
const method = 'def total(items):\n    count = 1\n    return count';
const closed = `\`\`\`python\n${method}\n\`\`\``;

function reasonOf(answer: Partial<Answer>): string | null {
  const whole: Answer = {
    text: closed,
    reasoning: '',
    refusal: null,
    finishReason: 'stop',
    promptTokens: null,
    completionTokens: null,
    reasoningTokens: null,
    fingerprint: null,
    servedModel: null,
    ...answer,
  };
  const extraction = tasks.method_gen_multiturn.extractCandidate(whole.text, row);
  return whyUnusable(whole, extraction)?.reason ?? null;
}

test('an answer that stopped by itself is looked at', () => {
  assert.equal(reasonOf({}), null);
  assert.equal(reasonOf({ text: 'no code' }), null);
  assert.equal(reasonOf({ text: '' }), 'empty');
});

test('an answer cut for its length is truncated unless its code stands in a closed block', () => {
  const finishReason = 'length';
  assert.equal(reasonOf({ finishReason }), null);
  assert.equal(reasonOf({ finishReason, text: `${closed}\nThis works because` }), null);
  assert.equal(reasonOf({ finishReason, text: `${closed}\nFor example:\n\`\`\`python\ntotal([` }), null);
  assert.equal(reasonOf({ finishReason, text: `\`\`\`python\n${method}` }), 'truncated');
  assert.equal(reasonOf({ finishReason, text: method }), 'truncated');
  assert.equal(
    reasonOf({ finishReason, text: `${closed}\nBetter:\n\`\`\`python\ndef total(items):\n    better = 2` }),
    'truncated',
  );
  assert.equal(reasonOf({ finishReason, text: '<think>\nhm' }), 'truncated');
  assert.equal(reasonOf({ finishReason, text: '' }), 'truncated');
});

test('refusals and content filters are refusals', () => {
  assert.equal(reasonOf({ text: '', refusal: 'I cannot.' }), 'refused');
  assert.equal(reasonOf({ finishReason: 'content_filter' }), 'refused');
  assert.equal(reasonOf({ refusal: 'I should not, but here it is.' }), null);
});
