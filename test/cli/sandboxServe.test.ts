import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rulesOf } from '../../src/cli/sandboxServe.ts';
import { ConfigError } from '../../src/core/errors.ts';
import { runBench, temporaryFolder } from './runBench.ts';

const options = {
  host: '127.0.0.1',
  repository: 'django',
  queue: 9,
  bodyLimit: 16,
  timeLimit: 60,
  memory: 1024,
};

test('on this machine nobody needs a token, and the original’s route is open', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) {
    const { token, openRunItem, bodyBytes } = rulesOf({ ...options, host }, {});
    assert.deepEqual([token, openRunItem, bodyBytes], [null, true, 16 * 1024 ** 2]);
  }
});

test('beyond this machine a token is needed', () => {
  for (const host of ['0.0.0.0', '::', '10.0.0.1', 'example.org', '127.0.0.1.example.org']) {
    assert.throws(
      () => rulesOf({ ...options, host }, {}),
      (error) => error instanceof ConfigError && /--token-env/.test(error.message),
    );
  }
  assert.throws(() => rulesOf({ ...options, tokenEnv: 'T' }, { T: ' ' }), /variable T is not set/);
});

test('with a token the original’s route is open only where that is said', () => {
  const guarded = { ...options, host: '0.0.0.0', tokenEnv: 'T' };
  assert.equal(rulesOf(guarded, { T: 'x' }).openRunItem, false);
  assert.equal(rulesOf({ ...guarded, openRunItem: true }, { T: 'x' }).openRunItem, true);
});

test('a server without an environment, or of another server, does not start and says what to do', async () => {
  const cwd = temporaryFolder();
  const missing = await runBench(['sandbox', 'serve', '--port', '0'], { cwd });
  assert.deepEqual([missing.exitCode, missing.stdout], [2, '']);
  assert.match(missing.stderr, /bench env build django/);
  const chained = await runBench(['sandbox', 'serve', '--provider', 'restapi'], { cwd });
  assert.deepEqual([chained.exitCode, chained.stdout], [2, '']);
  assert.match(chained.stderr, /A server grades by itself/);
});
