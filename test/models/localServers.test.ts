import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { findLocalServers } from '../../src/models/localServers.ts';

async function listen(t: TestContext, body: string): Promise<number> {
  const server: Server = createServer((_, response) => void response.end(body));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

test('Servers on this machine that list models are found; others, and ports where nobody listens, are not', async (t) => {
  const ollama = await listen(t, JSON.stringify({ data: [{ id: 'qwen2.5-coder:7b' }] }));
  const page = await listen(t, '<html>a web site</html>');
  const empty = await listen(t, JSON.stringify({ data: [] }));
  const ports = new Map([ollama, page, empty, 9].map((port) => [port, 'Ollama']));
  const baseUrl = `http://127.0.0.1:${ollama}/v1`;
  assert.deepEqual(await findLocalServers(ports), [
    { usual: 'Ollama', baseUrl, models: ['qwen2.5-coder:7b'] },
  ]);
});
