import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { createModel } from '../../src/models/index.ts';
import type { ModelSpec } from '../../src/core/run.ts';
import { faultOf, never, origin, request, specFor, withServer } from './support.ts';

const key = 'sk-Sec/ret+0123456789abcdef';
const environment = { MY_KEY: key };
const spec: Partial<ModelSpec> = { apiKeyEnv: 'MY_KEY' };

test('the key of the named variable is sent, and read again for each request', async () => {
  const changing: Record<string, string> = { MY_KEY: 'first' };
  await withServer({ environment: changing, spec }, async ({ model, server }) => {
    await model.ask(request, origin, never());
    changing['MY_KEY'] = ' second\n';
    await model.ask(request, origin, never());
    assert.deepEqual(
      server.requests.map(({ authorization }) => authorization),
      ['Bearer first', 'Bearer second'],
    );
  });
});

test('without a key none is sent, whatever the process’s own environment holds', async () => {
  process.env['OPENAI_API_KEY'] = 'sk-of-the-process';
  try {
    await withServer({}, async ({ model, server }) => {
      await model.ask(request, origin, never());
      assert.equal(server.requests[0]?.authorization, null);
    });
  } finally {
    delete process.env['OPENAI_API_KEY'];
  }
});

test('the key of OpenAI’s own variable goes to OpenAI’s own host only', async () => {
  await withServer({ environment: { OPENAI_API_KEY: key } }, async ({ model, server }) => {
    await model.ask(request, origin, never());
    assert.equal(server.requests[0]?.authorization, null);
  });
  const model = createModel(specFor('', { baseUrls: [] }), {});
  assert.match(
    (await faultOf(model.ask(request, origin, never()), 'fatal')).message,
    /OPENAI_API_KEY is not set/,
  );
});

test('a missing key is fatal and named, but local servers need none', async () => {
  const far = createModel(specFor('https://api.example.com/v1', spec), {});
  assert.match((await faultOf(far.ask(request, origin, never()), 'fatal')).message, /MY_KEY is not set/);
  assert.match((await faultOf(far.check(never()), 'fatal')).message, /MY_KEY is not set/);
  await withServer({ spec }, async ({ model }) => void (await model.ask(request, origin, never())));
});

test('a key that no header can hold is named and not shown', async () => {
  const model = createModel(specFor('http://127.0.0.1:1/v1', spec), { MY_KEY: 'sk-two\nlines-of-key' });
  const error = await faultOf(model.ask(request, origin, never()), 'fatal');
  assert.match(error.message, /MY_KEY/);
  assert.doesNotMatch(inspect(error), /lines-of-key/);
});

test('a server that echoes the Authorization header does not get the key into a message', async () => {
  const echoes = [
    { status: 401, body: JSON.stringify({ error: { message: `no such key: Bearer ${key}` } }) },
    { status: 500, body: `headers: ${JSON.stringify({ authorization: `Bearer ${key}` })}` },
    { status: 400, body: JSON.stringify({ detail: [{ url: `/x?key=${encodeURIComponent(key)}` }] }) },
    { status: 404, body: JSON.stringify({ message: `Bearer ${key}` }) },
    { status: 400, body: `${'x'.repeat(290)}${key}` },
  ];
  for (const echo of echoes) {
    const server = { plan: () => ({ kind: 'respond', ...echo }) as const };
    await withServer({ server, environment, spec }, async ({ model }) => {
      const error: unknown = await model.ask(request, origin, never()).catch((thrown: unknown) => thrown);
      assert.ok(error instanceof Error);
      const shown = inspect(error, { depth: 20, showHidden: true });
      assert.doesNotMatch(shown, /Sec.{1,3}ret|0123456789/, shown);
    });
  }
});

test('a server that echoes the key in a broken or good answer gets it neither into a message nor a file', async () => {
  const server = { plan: () => ({ kind: 'respond', body: `debug: Bearer ${key}` }) as const };
  await withServer({ server, environment, spec }, async ({ model }) => {
    const { body } = await model.ask(request, origin, never());
    assert.equal(body, 'debug: Bearer ***');
    const error = await faultOf((async () => model.parse(`debug: ${key}`))(), 'broken_answer');
    assert.doesNotMatch(inspect(error), /0123456789/);
  });
});

test('an address with a password is refused and not shown', async () => {
  const model = createModel(specFor('http://user:hunter22@127.0.0.1:1/v1'), {});
  assert.doesNotMatch(inspect(await faultOf(model.ask(request, origin, never()), 'fatal')), /hunter22/);
});

test('LiteLLM is found by LITELLM_ENDPOINT, with or without scheme and /v1, and its own retries are off', async () => {
  await withServer({}, async ({ server }) => {
    const forms = [
      server.url,
      `${server.url}/`,
      server.url.replace('/v1', ''),
      server.url.replace('http://', ''),
    ];
    for (const endpoint of [...forms, `127.0.0.1:${server.port}`, `${server.url}/chat/completions`]) {
      const spec = specFor('', { provider: 'litellm', baseUrls: [] });
      const model = createModel(spec, { LITELLM_ENDPOINT: endpoint, LITELLM_KEY: key });
      await model.check(never());
      await model.ask(request, origin, never());
      await model.close();
    }
    assert.equal(server.requests.length, 6);
    assert.equal(server.requests[5]?.authorization, `Bearer ${key}`);
    assert.equal(server.requests[5]?.body['num_retries'], 0);
    assert.equal(server.requests[5]?.body['disable_fallbacks'], true);
  });
});

test('LiteLLM without its variables, vLLM without an address: the message names what to set', async () => {
  const ask = (changes: Partial<ModelSpec>, variables: Record<string, string> = {}): Promise<unknown> =>
    createModel(specFor('', { baseUrls: [], ...changes }), variables).ask(request, origin, never());
  assert.match((await faultOf(ask({ provider: 'litellm' }), 'fatal')).message, /LITELLM_ENDPOINT/);
  const noKey = ask({ provider: 'litellm' }, { LITELLM_ENDPOINT: 'https://litellm.example.com' });
  assert.match((await faultOf(noKey, 'fatal')).message, /LITELLM_KEY is not set; litellm.example.com/);
  assert.match((await faultOf(ask({ provider: 'vllm' }), 'fatal')).message, /Set base_url/);
  assert.match(
    (await faultOf(ask({ baseUrlEnv: 'NOWHERE', baseUrls: ['ftp://x'] }), 'fatal')).message,
    /not an address/,
  );
});
