import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { randomUUID } from 'node:crypto';
import { ConfigError, SandboxError } from '../../../src/core/errors.ts';
import type { RemoteAccess } from '../../../src/core/run.ts';
import { judgeReport } from '../../../src/core/verdicts.ts';
import type { PreparedEnvironment, Sandbox, SandboxRequest } from '../../../src/ports/sandbox.ts';
import {
  createRestapiSandbox,
  findRemoteEnvironment,
  remoteEnvironment,
} from '../../../src/sandbox/index.ts';
import { djangoEnvironment, limits, requestWith, test } from '../support/candidates.ts';
import { realDjango, startPlainServer, type PlainAnswer } from '../support/plainServer.ts';
import { processesWith, sleeperNamed, until } from '../support/processes.ts';
import { spawnServer, startServer } from '../support/sandboxServers.ts';

const never = new AbortController().signal;
const expected = new Map([[test, 'passed' as const]]);
const remote: RemoteAccess = {
  tokenEnv: 'MY_TOKEN',
  workers: 2,
  maxRetries: 2,
  retryDelaySeconds: 0.1,
  timeoutSeconds: 20,
};

/** As the worker sees it that has no environment of its own. */
async function requestElsewhere(
  environment: PreparedEnvironment,
  statements: string,
  change: Partial<SandboxRequest> = {},
): Promise<SandboxRequest> {
  const { fileContent: originalContent } = await requestWith(environment, 'pass');
  const request = await requestWith(environment, statements, change);
  return { ...request, originalContent, environment: remoteEnvironment(environment) };
}

function clientOf(url: string, change: Partial<RemoteAccess> = {}, token?: string): Sandbox {
  return createRestapiSandbox({
    remote: { ...remote, ...change },
    environment: { SANDBOX_URL: url, ...(token && { MY_TOKEN: token }) },
  });
}

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
      /found: django sha256:.*\nBuild it there/,
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

describe("the client and somebody else's server", () => {
  let environment: PreparedEnvironment;
  before(async () => void (environment = await djangoEnvironment()));
  const closers: (() => Promise<void>)[] = [];
  after(() => Promise.all(closers.map((close) => close())));

  async function plain(answer: Parameters<typeof startPlainServer>[0], change: Partial<RemoteAccess> = {}) {
    const server = await startPlainServer(answer);
    const client = clientOf(server.url, change);
    closers.push(server.stop, () => client.close());
    return { server, client };
  }

  it("reads the text of Django's own runner, and says that it had to trust a text", async () => {
    const { server, client } = await plain(realDjango(environment, 60));
    await client.check();
    const passed = await client.run(await requestElsewhere(environment, 'pass'), never);
    assert.deepEqual(
      [judgeReport(passed, expected).kind, passed.flags, passed.provider],
      ['passed', ['trusted_text'], 'restapi'],
    );
    const failed = await client.run(await requestElsewhere(environment, "return 'x'"), never);
    assert.equal(failed.tests[test]?.status, 'failed');
    assert.match(failed.tests[test]?.message ?? '', /AssertionError: 'x' != '0800 3569377'/);
    const skipped = await client.run(
      await requestElsewhere(environment, "import unittest\nraise unittest.SkipTest('no')"),
      never,
    );
    assert.deepEqual([judgeReport(skipped, expected).kind, skipped.flags], ['failed', ['trusted_text']]);
    const ended = await client.run(await requestElsewhere(environment, 'import os\nos._exit(0)'), never);
    assert.deepEqual([ended.ended, ended.flags], ['crashed', ['trusted_text', 'text_without_summary']]);
    const missing = test.replace('phone2numeric', 'nothing');
    const absent = await client.run(
      await requestElsewhere(environment, 'pass', { tests: [test, missing] }),
      never,
    );
    assert.deepEqual([absent.tests[test]?.status, absent.tests[missing]?.status], ['passed', 'error']);
    assert.ok(server.paths.slice(1).every((path) => path === '/run_item?do_edit=true'));
    assert.equal(server.bodies[0]?.['method_name'], 'phone2numeric');
  });

  it('a hang there, which is a 500 after the time limit, is a verdict', async () => {
    const { client } = await plain(realDjango(environment, 3));
    const hang = { limits: { ...limits, wallSeconds: 2 } };
    const report = await client.run(await requestElsewhere(environment, 'while True: pass', hang), never);
    assert.deepEqual([report.ended, report.flags], ['timed_out', ['trusted_text']]);
  });

  it('silence beyond the time limit and the patience for answers is a hang, too', async () => {
    const { client } = await plain(() => new Promise<PlainAnswer>(() => undefined), { timeoutSeconds: 0.5 });
    const hang = { limits: { ...limits, wallSeconds: 0.5 } };
    assert.equal(
      (await client.run(await requestElsewhere(environment, 'pass', hang), never)).ended,
      'timed_out',
    );
  });

  it('an environment there has no digest that could be told', async () => {
    const { server } = await plain(() => ({ status: 500, body: '' }));
    const search = { remote, repository: 'django', environment: { SANDBOX_URL: server.url } };
    const found = await findRemoteEnvironment({ ...search, nameOrDigest: environment.digest });
    assert.deepEqual([found.name, found.digest], ['django', 'untold']);
  });

  for (const [status, retries] of [
    [500, 3],
    [502, 3],
    [400, 1],
    [422, 1],
  ] as const) {
    it(`${status} is asked ${retries} times, and then is an error of ours`, async () => {
      const { server, client } = await plain(() => ({ status, body: { detail: 'the words of the server' } }));
      await assert.rejects(client.run(await requestElsewhere(environment, 'pass'), never), (error) => {
        return (
          error instanceof SandboxError &&
          error.retry === status >= 500 &&
          error.message.includes('the words of the server')
        );
      });
      assert.equal(server.bodies.length, retries);
    });
  }

  it('429 is waited out, as long as the server says', async () => {
    let asked = 0;
    const real = realDjango(environment, 60);
    const { client } = await plain(
      (item) => (++asked <= 4 ? { status: 429, body: {}, headers: { 'retry-after': '0' } } : real(item)),
      { maxRetries: 0 },
    );
    const report = await client.run(await requestElsewhere(environment, 'pass'), never);
    assert.deepEqual([judgeReport(report, expected).kind, asked], ['passed', 5]);
  });

  for (const [what, body] of [
    ['no JSON', '<html>'],
    ['JSON of another kind', { result: 'OK' }],
    ['another edit', { test_output: '', edited_file: 'import os\nimport sys\n' }],
  ] as const) {
    it(`an answer with ${what} is an error, not a verdict`, async () => {
      const { client } = await plain(() => ({ status: 200, body }));
      await assert.rejects(client.run(await requestElsewhere(environment, 'pass'), never), SandboxError);
    });
  }
});

async function stopping<Server extends { stop(): Promise<void> }>(
  starting: Promise<Server>,
): Promise<Server & AsyncDisposable> {
  const server = await starting;
  return { ...server, [Symbol.asyncDispose]: () => server.stop() };
}
