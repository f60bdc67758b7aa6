import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { commands } from '../../src/cli/commands.ts';
import { mainFile, runBench, temporaryFolder } from './runBench.ts';

const cwd = temporaryFolder();

test('help names every command and where results are, and exits with 0', async () => {
  const { exitCode, stdout } = await runBench(['--help'], { cwd });
  assert.equal(exitCode, 0);
  const names = [
    'run',
    'submit',
    'worker',
    'server',
    'status',
    'watch',
    'pause',
    'unpause',
    'cancel',
    'report',
  ];
  for (const name of [...names, 'doctor', 'env', 'get-config', 'get-prompts', 'get-resources']) {
    assert.match(stdout, new RegExp(`^  ${name}\\b`, 'm'));
  }
  assert.match(stdout, /Results are in .*results\//);
});

test('each command loads, under the name it is listed by, and describes itself and its flags', async () => {
  for (const { name, load } of commands) {
    const command = await load();
    assert.equal(command.name(), name);
    for (const one of [command, ...command.commands]) {
      assert.notEqual(one.description(), '', one.name());
      for (const option of one.options) assert.ok(option.hidden || option.description !== '', option.flags);
    }
  }
});

test('a command that is only listed is loaded when it is used', async () => {
  for (const given of [
    ['env', 'build', '--help'],
    ['help', 'env'],
  ]) {
    const { exitCode, stdout } = await runBench(given, { cwd });
    assert.equal(exitCode, 0);
    assert.match(stdout, /^Usage: bench env /);
  }
});

test('a slip in a command or flag exits with 2 and a hint', async () => {
  const command = await runBench(['sumbit'], { cwd });
  assert.equal(command.exitCode, 2);
  assert.equal(command.stderr, "error: unknown command 'sumbit'\n(Did you mean submit?)\n");
  const flag = await runBench(['submit', '--confg', 'x'], { cwd });
  assert.equal(flag.exitCode, 2);
  assert.match(flag.stderr, /unknown option '--confg'\n\(Did you mean --config\?\)/);
});

test('no configuration, a broken one and a wrong flag: short messages, exit code 2, no stack', async () => {
  writeFileSync(join(cwd, 'bad.yaml'), 'inference:\n  max_itr: 3\n');
  const cases: [given: string[], message: string][] = [
    [['submit'], 'Expected --config FILE (or --set key=value), found neither.\n'],
    [['submit', '--config', 'none.yaml'], 'none.yaml: expected a config file, found none'],
    [
      ['submit', '--config', 'bad.yaml'],
      'bad.yaml:2: unknown key inference.max_itr; did you mean inference.max_iter?\n',
    ],
    [
      ['run', '--config', 'bad.yaml', '--max_items', 'x'],
      "error: option '--max-items <n>' argument 'x' is invalid",
    ],
  ];
  for (const [given, message] of cases) {
    const { exitCode, stdout, stderr } = await runBench(given, { cwd });
    assert.equal(exitCode, 2, given.join(' '));
    assert.equal(stdout, '');
    assert.ok(stderr.startsWith(message), stderr);
    assert.ok(stderr.trimEnd().split('\n').length <= 3 && !/^\s+at /m.test(stderr), stderr);
  }
});

test('BENCH_DEBUG=1 shows the stack', async () => {
  const environment = { BENCH_DEBUG: '1' };
  const { exitCode, stderr } = await runBench(['submit', '--config', 'none.yaml'], { cwd, environment });
  assert.equal(exitCode, 2);
  assert.match(stderr, /^\s+at /m);
});

test('.env of the working folder is read, and a variable that is set wins', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, '.env'), 'BENCH_DEBUG=1\n');
  const given = ['submit', '--config', 'none.yaml'];
  assert.match((await runBench(given, { cwd: folder })).stderr, /^\s+at /m);
  const quiet = await runBench(given, { cwd: folder, environment: { BENCH_DEBUG: '' } });
  assert.doesNotMatch(quiet.stderr, /^\s+at /m);
});

test('a reader that closes the pipe early is not an error', async () => {
  const command = `"${process.execPath}" "${mainFile}" get-config - | true; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', command], { cwd });
  assert.deepEqual([stdout, stderr], ['0\n', '']);
});
