import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { before, describe, it } from 'node:test';
import { ConfigError, SandboxError } from '../../../src/core/errors.ts';
import { judgeReport } from '../../../src/core/verdicts.ts';
import type { PreparedEnvironment, SandboxRequest } from '../../../src/ports/sandbox.ts';
import { findRemoteEnvironment } from '../../../src/sandbox/index.ts';
import { djangoEnvironment, limits } from '../support/candidates.ts';
import { processesWith, sleeperNamed, until } from '../support/processes.ts';
import { clientOf, expected, never, remote, requestElsewhere } from '../support/restapiClients.ts';
import { spawnServer, startServer } from '../support/sandboxServers.ts';

describe('the client and our server', () => {
  let environment: PreparedEnvironment;
  before(async () => void (environment = await djangoEnvironment()));

  it('gives the same report, test by test, as the sandbox itself, for passes, failures and hangs', async () => {
    await using server = await stopping(startServer());
    const client = clientOf(`${server.url.replace('http://', '')}/run_item`);
    await client.check();
    const ran = async (statements: string, change: Partial<SandboxRequest> = {}) =>
      client.run(await requestElsewhere(environment, statements, change), never);
    const passed = await ran('pass');
    assert.deepEqual(
      [passed.provider, passed.lane, passed.flags],
      ['restapi', 'strict', ['memory_per_process']],
    );
    assert.deepEqual(judgeReport(passed, expected), { kind: 'passed' });
    assert.deepEqual(judgeReport(await ran("return 'x'"), expected), { kind: 'failed' });
    const hang = await ran('while True: pass', { limits: { ...limits, cpuSeconds: 2 } });
    assert.equal(hang.ended, 'timed_out');
    await client.close();
  });

  it('an abort ends the candidate on the server', async () => {
    await using server = await stopping(startServer());
    const client = clientOf(server.url);
    const marker = randomUUID();
    const cancel = new AbortController();
    const running = client.run(await requestElsewhere(environment, sleeperNamed(marker)), cancel.signal);
    running.catch(() => undefined);
    await until(() => processesWith(marker).length > 0);
    cancel.abort(new Error('enough'));
    await assert.rejects(running, /enough/);
    await until(() => processesWith(marker).length === 0);
    await client.close();
  });

  it('a server that is killed in the middle is waited for, and the verdict is the same', async () => {
    const first = await spawnServer(['--port', '0', '--quiet']);
    const client = clientOf(first.url, { maxRetries: 100, retryDelaySeconds: 0.3 });
    const slow = await requestElsewhere(environment, 'import time\ntime.sleep(4)');
    const running = client.run(slow, never);
    running.catch(() => undefined);
    await until(async () => (await (await fetch(`${first.url}/healthz`)).text()).includes('"running":1'));
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const second = await spawnServer(['--port', new URL(first.url).port, '--quiet']);
    const report = await running;
    assert.deepEqual(judgeReport(report, expected), { kind: 'passed' });
    second.child.kill('SIGTERM');
    const [code] = (await once(second.child, 'exit')) as [number];
    assert.equal(code, 0);
    await client.close();
  });

  it('many items over a full queue all get their verdict', async () => {
    await using server = await stopping(startServer({ queueLength: 0 }));
    const client = clientOf(server.url, { workers: 6, maxRetries: 0 });
    const reports = await Promise.all(
      Array.from({ length: 6 }, async () => client.run(await requestElsewhere(environment, 'pass'), never)),
    );
    assert.ok(reports.every((report) => judgeReport(report, expected).kind === 'passed'));
    assert.ok(
      server.log.some((line) => line.includes(' 429 ')),
      'some were sent away first',
    );
    await client.close();
  });

  it('of two servers the one that answers is used', async () => {
    await using server = await stopping(startServer());
    const client = clientOf(`127.0.0.1:1/run_item, ${server.url}/run_item`);
    const report = await client.run(await requestElsewhere(environment, 'pass'), never);
    assert.deepEqual(judgeReport(report, expected), { kind: 'passed' });
    await client.close();
  });

  it('a wrong token, a body that is too large and a missing environment say what to do', async () => {
    await using server = await stopping(startServer({ token: 'right', openRunItem: false, bodyBytes: 1000 }));
    const request = await requestElsewhere(environment, 'pass');
    for (const [token, words] of [
      [undefined, /401.*\n.*MY_TOKEN, which is not set/],
      ['wrong', /401.*\n.*MY_TOKEN, whose value it does not take/],
    ] as const) {
      const client = clientOf(server.url, {}, token);
      await assert.rejects(
        client.check(),
        (error) => error instanceof ConfigError && words.test(error.message),
      );
      await client.close();
    }
    const client = clientOf(server.url, {}, 'right');
    await client.check();
    await assert.rejects(client.run(request, never), (error) => {
      return error instanceof SandboxError && !error.retry && /413.*\n.*--body-limit/.test(error.message);
    });
    await client.close();
    const search = {
      remote,
      repository: 'django',
      environment: { SANDBOX_URL: server.url, MY_TOKEN: 'right' },
    };
    assert.equal(
      (await findRemoteEnvironment({ ...search, nameOrDigest: 'django' })).digest,
      environment.digest,
    );
    assert.equal(
      (await findRemoteEnvironment({ ...search, nameOrDigest: environment.digest })).adapter,
      'django',
    );
    await assert.rejects(
      findRemoteEnvironment({ ...search, nameOrDigest: 'sha256:0' }),
      /found: .*django sha256:.*\nBuild it there/,
    );
  });

  it('without a server it says so, and whether to try again', async () => {
    assert.throws(() => clientOf(''), /SANDBOX_URL is not set.*\n.*127\.0\.0\.1:8000\/run_item/);
    assert.throws(() => clientOf('ftp://x/run_item'), /Expected addresses such as/);
    const client = clientOf('127.0.0.1:1/run_item', { maxRetries: 1 });
    const isRetried = (error: unknown): boolean =>
      error instanceof SandboxError && error.retry && /cannot be reached/.test(error.message);
    await assert.rejects(client.check(), isRetried);
    await assert.rejects(client.run(await requestElsewhere(environment, 'pass'), never), isRetried);
    await client.close();
  });
});

async function stopping<Server extends { stop(): Promise<void> }>(
  starting: Promise<Server>,
): Promise<Server & AsyncDisposable> {
  const server = await starting;
  return { ...server, [Symbol.asyncDispose]: () => server.stop() };
}
