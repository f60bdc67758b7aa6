import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { test } from 'node:test';
import { createModel } from '../../src/models/index.ts';
import { isListed } from '../../src/models/modelList.ts';
import { faultOf, never, specFor, withServer } from './support.ts';

test('a server with the model and the right key passes, without a request that costs', async () => {
  const environment = { KEY: 'sk-right-and-long-enough' };
  const server = { apiKey: environment.KEY };
  await withServer(
    { server, environment, spec: { apiKeyEnv: 'KEY' } },
    async ({ model, server: { requests } }) => {
      await model.check(never());
      assert.equal(requests.length, 0);
    },
  );
});

test('a wrong key is fatal and names its variable', async () => {
  const environment = { MY_KEY: 'sk-wrong' };
  const options = { server: { apiKey: 'right' }, environment, spec: { apiKeyEnv: 'MY_KEY' } };
  await withServer(options, async ({ model }) => {
    assert.match((await faultOf(model.check(never()), 'fatal')).message, /Check the key .* MY_KEY/);
  });
});

test('a model that the server does not list is fatal, with the nearest ids', async () => {
  const models = ['Qwen/Qwen3-1.7B', 'meta/Llama-3', 'a', 'b', 'c', 'd', 'e'];
  await withServer({ server: { models }, spec: { model: 'Qwen/Qwen3-1.7b' } }, async ({ model }) => {
    const { message } = await faultOf(model.check(never()), 'fatal');
    assert.match(message, /does not have Qwen\/Qwen3-1\.7b\.\nIt has Qwen\/Qwen3-1\.7B, .* and 2 more\./);
  });
});

test('a server without a list of models passes', async () => {
  await withServer({ server: { models: [] } }, async ({ model }) => model.check(never()));
});

test('a server that is not there is the endpoint’s fault', async () => {
  let gone = '';
  await withServer({}, async ({ server }) => void (gone = server.url));
  await faultOf(createModel(specFor(gone), {}).check(never()), 'endpoint');
});

test('every replica is checked', async () => {
  await withServer({}, async ({ server }) => {
    const model = createModel(specFor('', { baseUrls: [server.url, 'http://127.0.0.1:1/v1'] }), {});
    await assert.rejects(model.check(never()));
    await model.close();
  });
});

test('what answers /models with something else is judged by what it is', async () => {
  const replies: Record<string, [number, string]> = {
    html: [200, '<!DOCTYPE html><title>Open WebUI</title>'],
    busy: [503, '{}'],
    odd: [200, 'ok'],
    bare: [200, '[{"id":"test-model"}]'],
    unable: [405, ''],
    refusing: [400, '{}'],
  };
  const server = createServer(({ url }, response) => {
    const [status, body] = replies[url?.split('/')[1] ?? ''] ?? [404, ''];
    response.writeHead(status).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const check = (path: string): Promise<void> =>
    createModel(specFor(`http://127.0.0.1:${port}/${path}`), {}).check(never());
  try {
    assert.match((await faultOf(check('html'), 'fatal')).message, /HTML page/);
    await faultOf(check('busy'), 'endpoint');
    for (const path of ['odd', 'bare', 'unable', 'refusing', 'missing']) await check(path);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('ids count as listed in the forms that servers accept', () => {
  assert.ok(isListed('gpt-4o', ['gpt-4o']));
  assert.ok(isListed('openai/gpt-4o', ['openai/*']));
  assert.ok(isListed('gemini-pro', ['models/gemini-pro']));
  assert.ok(isListed('qwen', ['qwen:latest']));
  assert.ok(isListed('deepseek/r1:nitro', ['deepseek/r1']));
  assert.ok(!isListed('gpt-4', ['gpt-4o', 'azure/*']));
});
