import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ModelError } from '../../src/core/errors.ts';
import { parseAnswer } from '../../src/models/parseAnswer.ts';

const body = (message: unknown, rest: Record<string, unknown> = {}): string =>
  JSON.stringify({ choices: [{ index: 0, finish_reason: 'stop', message, ...rest }] });

function refusal(text: string): string {
  try {
    parseAnswer(text);
  } catch (error) {
    assert.ok(error instanceof ModelError);
    assert.equal(error.fault, 'broken_answer');
    return error.message;
  }
  return assert.fail(`was read as an answer: ${text}`);
}

test('a whole answer is read with its counts, fingerprint and served model', () => {
  const answer = parseAnswer(
    JSON.stringify({
      model: 'served-1',
      system_fingerprint: 'fp_1',
      choices: [
        {
          finish_reason: 'length',
          message: { content: 'text', reasoning_content: 'thoughts', refusal: null },
        },
      ],
      usage: { prompt_tokens: 3, completion_tokens: 4, completion_tokens_details: { reasoning_tokens: 2 } },
    }),
  );
  assert.deepEqual(answer, {
    text: 'text',
    reasoning: 'thoughts',
    refusal: null,
    finishReason: 'length',
    promptTokens: 3,
    completionTokens: 4,
    reasoningTokens: 2,
    fingerprint: 'fp_1',
    servedModel: 'served-1',
  });
});

test('what a server leaves out or garbles at the edges does not spoil an answer', () => {
  const answer = parseAnswer(
    JSON.stringify({
      model: 7,
      system_fingerprint: null,
      usage: { prompt_tokens: 'many', completion_tokens: 4 },
      choices: [{ message: { content: 'text' } }],
    }),
  );
  assert.equal(answer.text, 'text');
  assert.equal(answer.finishReason, 'other');
  assert.equal(answer.promptTokens, null);
  assert.equal(answer.completionTokens, 4);
  assert.equal(answer.servedModel, null);
  assert.equal(parseAnswer(body({ content: 'text' }, { usage: null })).promptTokens, null);
});

test('finish reasons of several servers are mapped', () => {
  const expected = { stop: 'stop', eos_token: 'stop', length: 'length', max_tokens: 'length' } as const;
  for (const [said, meant] of Object.entries(expected)) {
    assert.equal(parseAnswer(body({ content: 'x' }, { finish_reason: said })).finishReason, meant);
  }
  assert.equal(
    parseAnswer(body({ content: 'x' }, { finish_reason: 'content_filter' })).finishReason,
    'content_filter',
  );
  assert.equal(parseAnswer(body({ content: 'x' }, { finish_reason: 'constructor' })).finishReason, 'other');
});

test('an empty text with finish reason stop is an answer', () => {
  assert.equal(parseAnswer(body({ content: '' })).text, '');
});

test('null content is an answer when a refusal, reasoning, the token limit or a filter explains it', () => {
  assert.equal(parseAnswer(body({ content: null, refusal: 'I cannot.' })).refusal, 'I cannot.');
  assert.equal(parseAnswer(body({ content: null, reasoning: 'thinking …' })).reasoning, 'thinking …');
  assert.equal(parseAnswer(body({ content: null }, { finish_reason: 'length' })).finishReason, 'length');
  assert.equal(parseAnswer(body({ content: null }, { finish_reason: 'content_filter' })).text, '');
  assert.match(refusal(body({ content: null })), /null instead of a text/);
  assert.match(refusal(body({})), /null instead of a text/);
});

test('content in parts is joined, its thoughts are reasoning', () => {
  const content = [
    { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
    { type: 'text', text: 'def ' },
    { type: 'text', text: 'f' },
  ];
  const answer = parseAnswer(body({ content }));
  assert.equal(answer.text, 'def f');
  assert.equal(answer.reasoning, 'hm');
});

test('a body without an answer is broken, and the message says how', () => {
  const whole = body({ content: 'a long enough text' });
  assert.match(refusal(''), /an empty body/);
  assert.match(refusal(whole.slice(0, 60)), /broken or cut off/);
  assert.match(refusal('upstream failed'), /not JSON/);
  assert.match(refusal('<!DOCTYPE html><html></html>'), /an HTML page/);
  assert.match(refusal('null'), /not an object/);
  assert.match(refusal('[]'), /not an object/);
  assert.match(refusal('{}'), /no `choices`/);
  assert.match(refusal('{"choices":[]}'), /empty `choices`/);
  assert.match(refusal('{"choices":[{}]}'), /without a usable `message`/);
  assert.match(refusal('{"choices":[{"message":{"content":5}}]}'), /without a usable `message`/);
});

test('an error object with status 200 is broken, wherever it stands', () => {
  assert.match(
    refusal('{"error":{"message":"Provider returned error","code":502}}'),
    /Provider returned error/,
  );
  assert.match(refusal('{"error":"out of memory"}'), /out of memory/);
  assert.match(refusal(body({ content: 'half' }, { error: { message: 'upstream died' } })), /upstream died/);
  assert.equal(parseAnswer(JSON.stringify({ ...JSON.parse(body({ content: 'x' })), error: null })).text, 'x');
});

test('an answer that the server itself cut off is broken', () => {
  assert.match(refusal(body({ content: 'half' }, { finish_reason: 'abort' })), /gave up \(abort\)/);
});

test('an excerpt is short, one line, and holds no control or invisible characters', () => {
  const message = refusal(`\u001b[31mred\u001b[0m\n\u202Eabc\u0007\u0000${'x'.repeat(10_000)}`);
  assert.ok(message.length < 300, `${message.length}`);
  assert.doesNotMatch(message, /[\p{Cc}\p{Cf}]/u);
  assert.match(message, /"\[31mred \[0m abc x+…"/);
});

test('half a surrogate pair does not survive, so that a stored answer reads the same', () => {
  assert.equal(parseAnswer('{"choices":[{"message":{"content":"a\\ud800b"}}]}').text, 'a\ufffdb');
});
