import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { test } from 'node:test';
import { createModel } from '../../src/models/index.ts';
import { readPause } from '../../src/models/rateHeaders.ts';
import { never, specFor } from './support.ts';

const metrics = `# HELP vllm:num_requests_waiting Number of requests waiting to be processed.
# TYPE vllm:num_requests_waiting gauge
vllm:num_requests_running{engine="0",model_name="m"} 8.0
vllm:num_requests_waiting{engine="0",model_name="m"} 3.0
vllm:num_requests_waiting{engine="1",model_name="m"} 2.0
`;

test('vLLM’s own count of waiting requests is read over all engines and replicas, where it has one', async (t) => {
  let has = true;
  const server = createServer(({ url }, response) => {
    const isThere = url === '/metrics' && has;
    response.writeHead(isThere ? 200 : 404).end(isThere ? metrics : '');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/v1`;
  const model = createModel({ ...specFor(url, { provider: 'vllm' }), baseUrls: [url, url] }, {});
  t.after(() => model.close());
  assert.equal(await model.countWaiting?.(never()), 10);
  has = false;
  assert.equal(await model.countWaiting?.(never()), null);
  const other = createModel(specFor(url), {});
  assert.equal('countWaiting' in other, false);
  await other.close();
});

test('headers that say that nothing is left make all wait until there is more', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  const pause = (headers: Record<string, string>) => readPause(new Headers(headers), now);
  assert.equal(pause({}), undefined);
  assert.equal(
    pause({ 'x-ratelimit-remaining-requests': '3', 'x-ratelimit-reset-requests': '1s' }),
    undefined,
  );
  assert.equal(
    pause({ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '6m0s' }),
    360_000,
  );
  assert.equal(pause({ 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '120ms' }), 120);
  assert.equal(pause({ 'ratelimit-remaining': '0', 'ratelimit-reset': '12' }), 12_000);
  const anthropic = {
    'anthropic-ratelimit-requests-remaining': '0',
    'anthropic-ratelimit-requests-reset': '2026-01-01T00:00:07Z',
  };
  assert.equal(pause(anthropic), 7000);
  assert.equal(
    pause({ 'ratelimit-remaining': '0', 'ratelimit-reset': '86400' }),
    600_000,
    'ten minutes at most',
  );
  assert.equal(pause({ 'ratelimit-remaining': '0', 'ratelimit-reset': 'soon' }), undefined);
});
