import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultOf, never, origin, request, withServer } from './support.ts';

test('a base model is asked by /completions with a text, and its answer is the text that it went on with', async () => {
  const spec = { api: 'completions' } as const;
  await withServer({ spec, server: { answer: () => '    return 1\n' } }, async ({ model, server }) => {
    const asked = {
      ...request,
      ...spec,
      messages: [],
      prompt: 'def one():\n',
      modelArguments: { stop: ['x'] },
    };
    const { body } = await model.ask(asked, origin, never());
    const [seen] = server.requests;
    assert.equal(seen?.path, '/completions');
    assert.deepEqual(seen?.body, { model: 'test-model', prompt: 'def one():\n', seed: 7, stop: ['x'] });
    const answer = model.parse(body);
    assert.deepEqual([answer.text, answer.finishReason, answer.promptTokens], ['    return 1\n', 'stop', 10]);
  });
});

test('the Responses API gets its own names, is told to keep nothing, and is read with its reasoning apart', async () => {
  const spec = { api: 'responses' } as const;
  await withServer({ spec }, async ({ model, server }) => {
    const modelArguments = { max_tokens: 100, reasoning: { effort: 'low' } };
    const { body } = await model.ask({ ...request, ...spec, modelArguments }, origin, never());
    const [seen] = server.requests;
    assert.equal(seen?.path, '/responses');
    assert.deepEqual(seen?.body, {
      model: 'test-model',
      input: request.messages,
      max_output_tokens: 100,
      reasoning: { effort: 'low' },
      store: false,
    });
    const { text, reasoning, reasoningTokens, completionTokens, finishReason } = model.parse(body);
    assert.deepEqual([text, reasoning, finishReason], ['def answer(): pass', 'I think.', 'stop']);
    assert.deepEqual([reasoningTokens, completionTokens], [5, 23]);
  });
});

test('responses that were cut, refused, cancelled or are no response are told apart', async () => {
  await withServer({ spec: { api: 'responses' } }, async ({ model }) => {
    const message = (content: object[]) => [{ type: 'message', content }];
    const parse = (body: object) => model.parse(JSON.stringify(body));
    const cut = (reason: string) => ({
      status: 'incomplete',
      incomplete_details: { reason },
      output: [],
    });
    assert.equal(parse(cut('max_output_tokens')).finishReason, 'length');
    assert.equal(parse(cut('content_filter')).finishReason, 'content_filter');
    const refused = parse({ status: 'completed', output: message([{ type: 'refusal', refusal: 'No.' }]) });
    assert.deepEqual([refused.refusal, refused.text], ['No.', '']);
    for (const body of [
      { status: 'cancelled', output: message([{ type: 'output_text', text: 'def' }]) },
      { status: 'queued', output: [] },
      { status: 'failed', error: { code: 'server_error', message: 'down' }, output: [] },
      { choices: [] },
    ]) {
      const error = await faultOf(new Promise((resolve) => resolve(parse(body))), 'broken_answer');
      assert.match(error.message, /Expected a response, found/);
    }
  });
});
