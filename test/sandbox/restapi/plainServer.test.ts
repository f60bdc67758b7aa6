import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SandboxError } from '../../../src/core/errors.ts';
import type { RemoteAccess } from '../../../src/core/run.ts';
import { judgeReport } from '../../../src/core/verdicts.ts';
import type { PreparedEnvironment } from '../../../src/ports/sandbox.ts';
import { findRemoteEnvironment } from '../../../src/sandbox/index.ts';
import { djangoEnvironment, limits, test } from '../support/candidates.ts';
import { realDjango, startPlainServer, type PlainAnswer } from '../support/plainServer.ts';
import { clientOf, expected, never, remote, requestElsewhere } from '../support/restapiClients.ts';

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
