import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import { test } from 'node:test';
import type { OpenRun } from '../../activities/openRuns.ts';
import { createPoisonWatch } from '../../activities/poisonWatch.ts';
import { readRetryAfter } from '../../src/models/faults.ts';
import { createModel } from '../../src/models/index.ts';
import { longestBodyBytes } from '../../src/models/transport.ts';
import { askFault, faultOf, never, origin, request, specFor, withServer } from './support.ts';

const respond = (status: number, body: string, headers: Record<string, string> = {}) =>
  ({ kind: 'respond', status, body, headers }) as const;

test('429 is the endpoint’s fault and hands on Retry-After', async () => {
  const error = await askFault({ kind: 'rate_limited', retryAfter: '3' }, 'endpoint');
  assert.equal(error.retryAfterMilliseconds, 3000);
  assert.equal(error.retry, true);
  assert.match(error.message, /answered 429: Rate limit reached/);
});

test('Retry-After is read as seconds or a date, capped, and ignored when unreadable', () => {
  const read = (value: string): number | undefined => readRetryAfter(new Headers({ 'retry-after': value }));
  assert.equal(read('1.5'), 1500);
  assert.equal(read('0'), 0);
  assert.equal(read('86400'), 600_000);
  assert.equal(read('soon'), undefined);
  assert.equal(read('Wed, 21 Oct 2015 07:28:00 GMT'), 0);
  const inOneMinute = read(new Date(Date.now() + 60_000).toUTCString()) ?? 0;
  assert.ok(inOneMinute > 57_000 && inOneMinute <= 60_000, `${inOneMinute}`);
  assert.equal(readRetryAfter(undefined), undefined);
});

test('statuses that pass are the endpoint’s fault', async () => {
  for (const status of [408, 409, 425, 429, 500, 502, 503, 504, 529]) {
    const error = await askFault(respond(status, '{"error":{"message":"later"}}'), 'endpoint');
    assert.match(error.message, new RegExp(`answered ${status}: later`));
    assert.equal(error.status, status);
  }
});

test('400 and 422 are the request’s fault, with the server’s words in whatever shape it wrote them', async () => {
  const bodies = {
    '{"error":{"message":"temperature must be below 2"}}': /temperature must be below 2/,
    '{"object":"error","message":"bad top_k","code":400}': /bad top_k/,
    '{"detail":"bad field"}': /bad field/,
    '{"detail":[{"loc":["body","seed"],"msg":"not an integer"}]}': /not an integer/,
    'plain words': /answered \d+: plain words/,
  };
  for (const [body, words] of Object.entries(bodies)) {
    for (const status of [400, 422])
      assert.match((await askFault(respond(status, body), 'request')).message, words);
  }
  await askFault(respond(418, '{}'), 'request');
});

test('a prompt that is too long is recognised in the words of many servers', async () => {
  const said: [number, string][] = [
    [400, '{"error":{"message":"…","code":"context_length_exceeded"}}'],
    [
      400,
      '{"object":"error","message":"This model\'s maximum context length is 4096 tokens. However, you requested 5000"}',
    ],
    [
      400,
      '{"error":{"message":"litellm.ContextWindowExceededError: litellm.BadRequestError: …","code":"400"}}',
    ],
    [
      400,
      '{"error":{"code":400,"message":"the request exceeds the available context size. try increasing it","type":"x"}}',
    ],
    [400, '{"error":{"code":400,"message":"request (9 tokens) exceeds","type":"exceed_context_size_error"}}'],
    [
      422,
      '{"error":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000","error_type":"validation"}',
    ],
    [422, '{"error":"Input validation error: `inputs` must have less than 1024 tokens. Given: 2000"}'],
    [
      400,
      '{"object":"error","message":"The input (61709 tokens) is longer than the model\'s context length (40960 tokens)."}',
    ],
    [400, '{"error":{"message":"prompt is too long: 201234 tokens > 200000 maximum"}}'],
    [
      400,
      '{"error":{"message":"The input token count (5) exceeds the maximum number of tokens allowed (4)."}}',
    ],
    [500, '{"error":{"message":"the request exceeds the available context size"}}'],
    [413, 'Request Entity Too Large'],
  ];
  for (const [status, body] of said) await askFault(respond(status, body), 'prompt_too_long');
});

test('413 for a rate that no such request fits into is the request’s fault, not a verdict', async () => {
  const message =
    'Request too large for model `m` in organization `o` on tokens per minute (TPM): Limit 6000, Requested 7234, please reduce your message size and try again.';
  const body = JSON.stringify({ error: { message, type: 'tokens', code: 'rate_limit_exceeded' } });
  await askFault(respond(413, body), 'request');
});

test('a host that is not found was never asked: another replica is, and nothing is held against the request', async () => {
  const gone = createModel(specFor('http://nowhere.invalid/v1'), {});
  const error = await faultOf(gone.ask(request, origin, never()), 'endpoint');
  assert.equal(error.neverHeard, true);
  const poison = createPoisonWatch();
  const run = { folder: 'run', record: { request: { model: { maxRetries: 0 } } } } as unknown as OpenRun;
  for (let time = 0; time < 3; time += 1) {
    assert.equal(poison.judge(run, 'key', error), error);
    poison.succeeded('run', 'other');
  }
});

test('max_tokens that alone fill the context are a mistake of the settings, not of the prompt', async () => {
  const words =
    "'max_tokens' is too large: 10000. This model's maximum context length is 8192 tokens and your request has 5 input tokens";
  const plan = () => respond(400, JSON.stringify({ message: words }));
  await withServer({ server: { plan } }, async ({ model }) => {
    const ask = (maxTokens: number) =>
      model.ask({ ...request, modelArguments: { max_tokens: maxTokens } }, origin, never());
    assert.match(
      (await faultOf(ask(10_000), 'fatal')).message,
      /max_tokens \(10000\) leaves no room .* 8192/,
    );
    await faultOf(ask(4000), 'prompt_too_long');
  });
});

test('401, 402, 403, 405 and a bad key or model behind 400 are fatal and say what to do', async () => {
  assert.match((await askFault({ kind: 'unauthorized' }, 'fatal')).message, /No key was sent/);
  await askFault(respond(402, '{"error":{"message":"Insufficient Balance"}}'), 'fatal');
  await askFault(respond(403, '{"error":{"message":"no access"}}'), 'fatal');
  assert.match((await askFault(respond(405, ''), 'fatal')).message, /answered 405: \(nothing\)\n.*base URL/);
  await askFault(
    respond(400, '{"error":{"message":"API key not valid. Please pass a valid API key."}}'),
    'fatal',
  );
  await askFault(respond(400, '{"error":{"message":"Invalid model name passed in model=x"}}'), 'fatal');
});

test('404 names the models that the server has, nearest first', async () => {
  const server = { models: ['qwen-7b', 'qwen-32b', 'llama'] };
  await withServer({ server }, async ({ model }) => {
    const error = await faultOf(model.ask({ ...request, model: 'qwen-7' }, origin, never()), 'fatal');
    assert.match(
      error.message,
      /404: The model `qwen-7` does not exist\.\nIt has qwen-7b, qwen-32b, llama\./,
    );
  });
  await withServer({ server: { models: [] } }, async ({ server: { url } }) => {
    const wrong = createModel(specFor(url.replace('/v1', '/elsewhere')), {});
    assert.match(
      (await faultOf(wrong.ask(request, origin, never()), 'fatal')).message,
      /usually ends in \/v1/,
    );
    await wrong.close();
  });
});

test('dropped connections, before or in the middle of the body, are the endpoint’s fault', async () => {
  assert.match((await askFault({ kind: 'drop_before_body' }, 'endpoint')).message, /dropped the connection/);
  assert.match((await askFault({ kind: 'drop_in_body' }, 'endpoint')).message, /dropped the connection/);
});

test('a port that refuses and a host that does not exist are the endpoint’s fault', async () => {
  let gone = '';
  await withServer({}, async ({ server }) => void (gone = server.url));
  const refused = createModel(specFor(gone), {}).ask(request, origin, never());
  assert.match(
    (await faultOf(refused, 'endpoint')).message,
    /refuses connections: is it running\? \(ECONNREFUSED\)/,
  );
  const dns = createModel(specFor('http://no-such-host.invalid/v1'), {}).ask(request, origin, never());
  assert.match((await faultOf(dns, 'endpoint')).message, /host name/);
});

test('broken bodies with status 200 are broken answers', async () => {
  for (const kind of ['broken_json', 'empty_choices', 'html'] as const)
    await askFault({ kind }, 'broken_answer');
  await askFault(respond(200, '{"error":{"message":"upstream"}}'), 'broken_answer');
});

test('a context that the server calls exceeded is a prompt too long, a bad request is not', async () => {
  await askFault({ kind: 'context_exceeded' }, 'prompt_too_long');
  await askFault({ kind: 'bad_request' }, 'request');
});

test('a redirect that is followed is not noticed, one that leads away is named', async () => {
  const followed = await askFault(respond(302, '', { location: '/v1/models' }), 'broken_answer');
  assert.match(followed.message, /no `choices`/);
  const away = await askFault(respond(301, '', { location: '/login' }), 'fatal');
  assert.match(away.message, /redirects to http:\/\/127.0.0.1:\d+\/login/);
});

test('https to a server without TLS, and values that are no JSON, are fatal; a server without HTTP is waited for', async () => {
  await withServer({}, async ({ server, model }) => {
    const secure = createModel(specFor(server.url.replace('http:', 'https:')), {});
    assert.match((await faultOf(secure.ask(request, origin, never()), 'fatal')).message, /Check http\/https/);
    const odd = model.ask({ ...request, modelArguments: { top_k: 10n } }, origin, never());
    assert.match((await faultOf(odd, 'fatal')).message, /could not be made .*BigInt/);
  });
  const sockets = createTcpServer((socket) => void socket.on('error', () => {}).end('SSH-2.0-OpenSSH_9\r\n'));
  await once(sockets.listen(0, '127.0.0.1'), 'listening');
  const address = sockets.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const model = createModel(specFor(`http://127.0.0.1:${port}/v1`), {});
  await faultOf(model.ask(request, origin, never()), 'endpoint').finally(() => sockets.close());
});

test('a body without end is cut, and then is a broken answer', async () => {
  const body = `{"choices":[{"message":{"content":"${'x'.repeat(longestBodyBytes)}"}}]}`;
  const error = await askFault(respond(200, body), 'broken_answer');
  assert.match(error.message, /broken or cut off/);
  assert.ok(error.message.length < 400);
});

test('messages are bounded and hold neither control characters nor the cause', async () => {
  const error = await askFault(
    respond(500, `{"error":{"message":"\\u001b[2J${'long '.repeat(5000)}"}}`),
    'endpoint',
  );
  assert.ok(error.message.length < 500, `${error.message.length}`);
  assert.ok(!error.message.includes('\u001b'));
  assert.equal(error.cause, undefined);
});
