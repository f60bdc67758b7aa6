import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { agentOptions, createBoundedFetch } from '../../src/models/transport.ts';
import { createModel } from '../../src/models/index.ts';
import { completionBody } from '../support/misbehavingFaults.ts';
import { always, faultOf, never, origin, request, specFor, withServer } from './support.ts';

/** Silent before the headers, and again as long in the middle of the body. */
async function withSilentServer(milliseconds: number, use: (url: string) => Promise<void>): Promise<void> {
  const good = completionBody({
    text: 'late but whole',
    model: 'test-model',
    path: '/chat/completions',
    digest: 'd',
  });
  const server = createServer((_request, response) => {
    setTimeout(() => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(good.slice(0, 30));
      setTimeout(() => response.end(good.slice(30)), milliseconds);
    }, milliseconds);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  try {
    await use(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/v1`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('undici gives up on a silent server only by the two timeouts that we set to 0', async () => {
  assert.equal(agentOptions.headersTimeout, 0);
  assert.equal(agentOptions.bodyTimeout, 0);
  await withSilentServer(2000, async (url) => {
    const read = async (options: Agent.Options): Promise<string> => {
      const dispatcher = new Agent({ ...agentOptions, ...options });
      try {
        return await (await createBoundedFetch(dispatcher)(url)).text();
      } finally {
        await dispatcher.destroy();
      }
    };
    const [headers, body, ours] = await Promise.allSettled([
      read({ headersTimeout: 500 }),
      read({ bodyTimeout: 500 }),
      read({}),
    ]);
    assert.equal(headers.status, 'rejected');
    assert.equal(body.status, 'rejected');
    assert.equal(ours.status, 'fulfilled');
  });
});

const long = process.env['BENCH_TEST_LONG'] ? {} : { skip: 'takes 10 minutes: set BENCH_TEST_LONG=1' };
test('more than five silent minutes, twice, still end in an answer', long, async () => {
  await withSilentServer(305_000, async (url) => {
    const model = createModel(specFor(url, { requestTimeoutSeconds: 3600 }), {});
    const { body, milliseconds } = await model.ask(request, origin, never());
    assert.equal(model.parse(body).text, 'late but whole');
    assert.ok(milliseconds > 610_000);
    await model.close();
  });
});

test('a server that hangs longer than the limit is the endpoint’s fault, and its socket is closed', async () => {
  const spec = { requestTimeoutSeconds: 0.3 };
  await withServer({ server: { plan: always({ kind: 'hang' }) }, spec }, async ({ model, server }) => {
    const error = await faultOf(model.ask(request, origin, never()), 'endpoint');
    assert.match(error.message, /no whole answer in 0.3 s/);
    await eventually(() => server.requests[0]?.delivered === false);
  });
});

test('a slow trickle is read to its end, unless the end comes too late', async () => {
  const plan = always({ kind: 'trickle', milliseconds: 60 });
  await withServer({ server: { plan } }, async ({ model, server }) => {
    const { body, milliseconds } = await model.ask(request, origin, never());
    assert.equal(model.parse(body).text, 'def answer(): pass');
    assert.ok(milliseconds > 400, `${milliseconds}`);
    const hurried = createModel(specFor(server.url, { requestTimeoutSeconds: 0.3 }), {});
    assert.match(
      (await faultOf(hurried.ask(request, origin, never()), 'endpoint')).message,
      /no whole answer/,
    );
    await hurried.close();
  });
});

test('a cancelled signal closes the socket and throws its own reason', async () => {
  await withServer({ server: { plan: always({ kind: 'hang' }) } }, async ({ model, server }) => {
    const controller = new AbortController();
    const reason = new Error('the run was cancelled');
    const asking = model.ask(request, origin, controller.signal);
    asking.catch(() => {});
    await eventually(() => server.requests.length === 1);
    controller.abort(reason);
    await assert.rejects(asking, (thrown) => thrown === reason);
    await eventually(() => server.requests[0]?.delivered === false);
  });
});

test('a signal cancelled in the middle of a body, of an error’s body, or before, throws its reason too', async () => {
  const reason = new Error('the run was cancelled');
  const hangingError = { kind: 'trickle', milliseconds: 200 } as const;
  await withServer({ server: { plan: always(hangingError) } }, async ({ model, server }) => {
    const signal = AbortSignal.any([AbortSignal.timeout(500)]);
    await assert.rejects(model.ask(request, origin, signal), (thrown) => thrown === signal.reason);
    await eventually(() => server.requests[0]?.delivered === false);
    await assert.rejects(
      model.ask(request, origin, AbortSignal.abort(reason)),
      (thrown) => thrown === reason,
    );
    assert.equal(server.requests.length, 1);
    await assert.rejects(model.check(AbortSignal.abort(reason)), (thrown) => thrown === reason);
  });
});

async function eventually(holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 5000; waited += 20) {
    if (holds()) return;
    await sleep(20);
  }
  assert.fail('it never became true');
}
