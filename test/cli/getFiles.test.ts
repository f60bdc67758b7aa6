import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../src/config/loadConfig.ts';
import { resourcePath } from '../../src/config/resources.ts';
import { runBench, temporaryFolder } from './runBench.ts';

test('get-config writes a valid, documented file and never overwrites one', async () => {
  const cwd = temporaryFolder();
  const first = await runBench(['get-config'], { cwd });
  assert.deepEqual(first, { exitCode: 0, stdout: `${join(cwd, 'config.yaml')}\n`, stderr: '' });
  assert.equal(loadConfig({ path: 'config.yaml', cwd, environment: {} }).values.inference.max_iter, 5);

  writeFileSync(join(cwd, 'config.yaml'), 'mine');
  const second = await runBench(['get-config'], { cwd });
  assert.equal(second.exitCode, 2);
  assert.match(second.stderr, /^config\.yaml: there is such a file already.*\n.*--force\.\n$/);
  assert.equal(readFileSync(join(cwd, 'config.yaml'), 'utf8'), 'mine');

  assert.equal((await runBench(['get-config', '--force'], { cwd })).exitCode, 0);
  assert.notEqual(readFileSync(join(cwd, 'config.yaml'), 'utf8'), 'mine');
});

test('get-config - prints, and --quickstart gives the quick start', async () => {
  const cwd = temporaryFolder();
  const { stdout } = await runBench(['get-config', '-', '--quickstart'], { cwd });
  assert.equal(stdout, readFileSync(resourcePath('quickstart.yaml'), 'utf8'));
});

test('get-prompts writes one file per task; one that exists stops all of them', async () => {
  const cwd = temporaryFolder();
  const { exitCode, stdout } = await runBench(['get-prompts', 'mine'], { cwd });
  assert.equal(exitCode, 0);
  for (const task of ['method_gen_multiturn', 'completion', 'program_repair']) {
    assert.ok(stdout.includes(`${join(cwd, 'mine', `${task}.yaml`)}\n`), stdout);
    assert.ok(existsSync(join(cwd, 'mine', `${task}.yaml`)));
  }
  writeFileSync(join(cwd, 'mine/completion.yaml'), 'mine');
  assert.equal((await runBench(['get-prompts', 'mine'], { cwd })).exitCode, 2);
  assert.equal(readFileSync(join(cwd, 'mine/completion.yaml'), 'utf8'), 'mine');
});

test('get-resources writes all that is shipped', async () => {
  const cwd = temporaryFolder();
  assert.equal((await runBench(['get-resources', 'all'], { cwd })).exitCode, 0);
  for (const file of [
    'config_default.yaml',
    'quickstart.yaml',
    'repositories/django.yaml',
    'runner/supervisor.py',
  ]) {
    assert.deepEqual(readFileSync(join(cwd, 'all', file)), readFileSync(resourcePath(file)));
  }
});

test('a place that cannot be written to is explained', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'file'), '');
  const { exitCode, stderr } = await runBench(['get-config', 'file/config.yaml'], { cwd });
  assert.equal(exitCode, 2);
  assert.equal(stderr, 'file/config.yaml: this file cannot be written (EEXIST); name another place.\n');
});

test('env list says how to make the first environment', async () => {
  const cwd = temporaryFolder();
  const { exitCode, stdout } = await runBench(['env', 'list'], { cwd });
  assert.equal(exitCode, 0);
  assert.match(stdout, /^No environment in .*home; bench env build django makes one\.\n$/);
  assert.deepEqual(JSON.parse((await runBench(['env', 'list', '--json'], { cwd })).stdout), []);
});
