import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from '../../src/core/errors.ts';
import { createModel } from '../../src/models/index.ts';
import { startMisbehavingServer } from '../support/misbehavingServer.ts';
import { faultOf, never, origin, request, specFor, withServer } from './support.ts';

test('an answer comes back as the raw body, and is parsed from it', async () => {
  await withServer({}, async ({ model, server }) => {
    const { body, milliseconds } = await model.ask(request, origin, never());
    assert.ok(milliseconds >= 0);
    assert.equal(JSON.parse(body).object, 'chat.completion');
    const answer = model.parse(body);
    assert.equal(answer.text, 'def answer(): pass');
    assert.equal(answer.finishReason, 'stop');
    assert.equal(answer.fingerprint, 'fp_misbehaving');
    assert.equal(server.requests.length, 1);
  });
});

test('every value of model_args reaches the server unchanged, and cannot replace model, messages or seed', async () => {
  const modelArguments = {
    temperature: 0,
    max_tokens: 10_000,
    stop: ['\nclass '],
    chat_template_kwargs: { enable_thinking: false },
    top_k: 20,
    min_p: null,
    seed: 1,
    model: 'another',
    messages: [],
  };
  await withServer({}, async ({ model, server }) => {
    await model.ask({ ...request, modelArguments }, origin, never());
    const { model: name, messages, seed } = request;
    assert.deepEqual(server.requests[0]?.body, { ...modelArguments, model: name, messages, seed });
  });
});

test('`seed: null` in model_args sends no seed, for servers that refuse one', async () => {
  await withServer({}, async ({ model, server }) => {
    await model.ask({ ...request, modelArguments: { seed: null } }, origin, never());
    assert.equal('seed' in (server.requests[0]?.body ?? {}), false);
  });
});

test('one call is one request, whatever the server answers', async () => {
  await withServer(
    { server: { plan: () => ({ kind: 'unavailable', retryAfter: '0' }) } },
    async ({ model, server }) => {
      await faultOf(model.ask(request, origin, never()), 'endpoint');
      assert.equal(server.requests.length, 1);
    },
  );
});

test('an item always goes to the same replica, and items spread over all of them', async () => {
  const servers = await Promise.all(
    [1, 2, 3].map((n) => startMisbehavingServer({ answer: () => `replica ${n}` })),
  );
  const spec = specFor('', { provider: 'vllm', baseUrls: servers.map(({ url }) => url) });
  const model = createModel(spec, {});
  const answeredBy = async (item: string, turn: number): Promise<string> =>
    model.parse((await model.ask(request, { ...origin, item, turn }, never())).body).text;
  try {
    const seen = new Set<string>();
    for (let n = 0; n < 20; n += 1) {
      const first = await answeredBy(`item-${n}`, 1);
      assert.equal(await answeredBy(`item-${n}`, 2), first);
      seen.add(first);
    }
    assert.equal(seen.size, 3);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await model.close();
  }
});

test('200 requests are in flight at once', async () => {
  // Whoever waited for another one's answer would wait for ever.
  await withServer({ server: { answerAfterRequests: 200 } }, async ({ model, server }) => {
    const asks = Array.from({ length: 200 }, () => model.ask(request, origin, never()));
    await Promise.all(asks);
    assert.equal(server.requests.length, 200);
  });
});

test('what cannot work is refused before anything is asked', () => {
  const create = (modelArguments: Record<string, unknown>) => () =>
    createModel(specFor('http://127.0.0.1:1/v1', { modelArguments }), {});
  assert.throws(create({ stream: true }), ConfigError);
  assert.throws(create({ n: 4 }), ConfigError);
  assert.throws(create({ extra_body: { top_k: 1 } }), ConfigError);
  assert.doesNotThrow(create({ stream: false, n: 1 }));
});

test('an unknown provider is refused with those there are', () => {
  const spec = { ...specFor('http://127.0.0.1:1'), provider: 'toString' };
  assert.throws(() => createModel(JSON.parse(JSON.stringify(spec)), {}), /openai, reference, stub, scripted/);
});
