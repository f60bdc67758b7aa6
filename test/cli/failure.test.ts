import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Interrupted, reportFailure } from '../../src/cli/failure.ts';
import { ConfigError, ModelError, StorageError } from '../../src/core/errors.ts';

test('errors of ours exit with 2, an interruption with 130, anything else with 1', (context) => {
  const said: string[] = [];
  context.mock.method(process.stderr, 'write', (text: string) => said.push(text) > 0);
  assert.equal(reportFailure(new ConfigError('a')), 2);
  assert.equal(reportFailure(new StorageError('b', { retry: true })), 2);
  assert.equal(reportFailure(new ModelError('c', { fault: 'fatal' })), 2);
  assert.equal(reportFailure(new Error('outer', { cause: new ConfigError('inner') })), 2);
  assert.equal(reportFailure(new Interrupted('stopped')), 130);
  assert.equal(reportFailure(new TypeError('bug')), 1);
  assert.equal(reportFailure('text'), 1);
  assert.deepEqual(said.slice(0, 5), ['a\n', 'b\n', 'c\n', 'inner\n', 'stopped\n']);
  assert.match(said[5] ?? '', /^Unexpected: TypeError: bug\n.*BENCH_DEBUG=1/);
});

test("an activity's error is known by its type when it comes back through Temporal", (context) => {
  const said: string[] = [];
  context.mock.method(process.stderr, 'write', (text: string) => said.push(text) > 0);
  const failure = Object.assign(new Error('no such set'), { type: 'DatasetError' });
  assert.equal(reportFailure(new Error('Workflow execution failed', { cause: failure })), 2);
  assert.deepEqual(said, ['no such set\n']);
});

test('no control characters of a quoted text reach the terminal', (context) => {
  const said: string[] = [];
  context.mock.method(process.stderr, 'write', (text: string) => said.push(text) > 0);
  reportFailure(new ConfigError('server said \u001b[2J\u009b31m\u202eevil'));
  assert.deepEqual(said, ['server said  [2J 31m evil\n']);
});
