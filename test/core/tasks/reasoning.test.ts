import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../../../src/core/answer.ts';
import { composeConversation } from '../../../src/core/tasks/conversation.ts';
import { countReasoning } from '../../../src/core/tasks/reasoning.ts';
import { policy, sampleRow, tasks } from './sampleRow.ts';

const answer = (changes: Partial<Answer>): Answer => ({
  text: 'code',
  finishReason: 'stop',
  reasoning: '',
  refusal: null,
  promptTokens: 10,
  completionTokens: 100,
  reasoningTokens: null,
  fingerprint: null,
  servedModel: null,
  ...changes,
});

test('reasoning is counted as the server does, else by its share of the characters, else not at all', () => {
  assert.deepEqual(countReasoning(answer({ reasoningTokens: 0 })), { tokens: 0, isEstimated: false });
  const apart = countReasoning(answer({ reasoning: 'x'.repeat(12) }));
  assert.deepEqual(apart, { tokens: 75, isEstimated: true });
  const inline = countReasoning(answer({ text: '<think>abcde</think>code'.padEnd(40, '.') }));
  assert.deepEqual(inline, { tokens: 50, isEstimated: true });
  assert.deepEqual(countReasoning(answer({})), { tokens: null, isEstimated: false });
  const uncounted = countReasoning(answer({ reasoning: 'x', completionTokens: null }));
  assert.deepEqual(uncounted, { tokens: null, isEstimated: false });
});

test('a later turn shows an answer without what was thought aloud in it', () => {
  const row = sampleRow({ name: 'Shop.total', cutBefore: 'result += item.price' });
  const past = [{ answerText: '<think>\nhidden\n</think>\nshown', feedback: 'wrong' }];
  const messages = composeConversation({ task: tasks.completion, row, policy, texts: {}, past });
  assert.equal(messages.find(({ role }) => role === 'assistant')?.content, '\nshown');
});
