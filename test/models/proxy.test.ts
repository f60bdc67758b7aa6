import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { createModel } from '../../src/models/index.ts';
import { never, origin, request, specFor, withServer } from './support.ts';

test('a far host is reached through the proxy of the environment, this machine never', async () => {
  await withServer({}, async ({ server, model: direct }) => {
    const tunnels: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (incoming, socket) => {
      tunnels.push(incoming.url ?? '');
      const onward = connect(server.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const address = proxy.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const environment = { HTTP_PROXY: `http://127.0.0.1:${port}` };
    const far = createModel(specFor('http://model.example.com/v1'), environment);
    const near = createModel(specFor(server.url), environment);
    try {
      for (const model of [far, near, direct]) await model.ask(request, origin, never());
      assert.deepEqual(tunnels, ['model.example.com:80']);
      assert.equal(server.requests.length, 3);
    } finally {
      await Promise.all([far.close(), near.close()]);
      proxy.closeAllConnections();
      proxy.close();
    }
  });
});
