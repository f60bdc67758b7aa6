import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startTimeOf } from '../../setup/processIdentity.js';
import { membersOf } from '../../src/models/serving/processTree.ts';
import { readServerRecords } from '../../src/models/serving/serverRecords.ts';
import { startDevServer, stopDevServer } from '../../src/temporal/devServer.ts';
import { openRunningHome, writeAdapter } from '../models/serving/support.ts';

const bench = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

describe('bench run --autorun with a vllm command on this machine', () => {
  let home: Awaited<ReturnType<typeof openRunningHome>>;
  before(async () => {
    home = await openRunningHome();
    for (const name of ['one', 'two']) await writeAdapter(join(home.folder, 'sweep', name), { r: 8 });
  });
  after(async () => {
    await stopDevServer();
    await home.close();
  });

  const run = (...more: string[]) => runWith({}, more);
  const runWith = (environment: Record<string, string>, more: readonly string[]) => {
    const set = [
      'provider=vllm',
      'model_name=tiny',
      'max_iter=1',
      `lora_ckpts_dir=${join(home.folder, 'sweep')}`,
      'lora_base=true',
    ];
    const argv = [
      'run',
      '-o',
      home.folder,
      '--set',
      'data.path=django-4.0.4-mini',
      '--max-items',
      '2',
      ...more,
    ];
    const flags = set.flatMap((one) => ['--set', `inference.${one}`]);
    const child = spawn(process.execPath, [bench, ...argv, ...flags], {
      cwd: home.folder,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    return { child, output: Promise.all([ended, text(child.stdout), text(child.stderr)]) };
  };

  test('starts servers for the base and its adapters, runs each, and leaves none behind', async () => {
    const [code, table, words] = await run('--autorun', '--gpu_ids=0,1', '--run-name', 'sweep').output;
    assert.equal(code, 0, words);
    for (const model of ['tiny', 'one', 'two'])
      assert.match(table, new RegExp(`method_gen_multiturn +${model} +2 `));
    assert.match(words, /Starting vLLM for tiny, one, two on GPU 1, port \d+/);
    assert.deepEqual(await readServerRecords(), []);
  });

  test('that was killed leaves servers, which the next command stops', async () => {
    const { child, output } = run('--autorun', '--run-name', 'killed');
    let records = await readServerRecords();
    for (; records.length === 0; records = await readServerRecords()) await sleep(20);
    child.kill('SIGKILL');
    await output;
    const [record] = records;
    assert.ok(record);
    assert.equal(startTimeOf(record.leader.pid), record.leader.startTime);
    const [code, , words] = await run('--dry-run').output;
    assert.equal(code, 0, words);
    const status = spawn(process.execPath, [bench, 'status'], { stdio: ['ignore', 'ignore', 'pipe'] });
    assert.match(await text(status.stderr), /Stopping what a killed command left: vLLM on port/);
    assert.deepEqual(await membersOf(record.leader), []);
  });

  test('that is stopped by Ctrl-C while Temporal is gone leaves none either', async () => {
    const server = await startDevServer();
    const address = { TEMPORAL_ADDRESS: server.address };
    const { child, output } = runWith(address, ['--autorun', '--max-items', '20', '--run-name', 'gone']);
    // Temporal goes when the run has been submitted.
    await new Promise<void>((resolve) =>
      child.stderr.on('data', (words: Buffer) => words.includes('in flight') && resolve()),
    );
    process.kill(server.pid, 'SIGKILL');
    const [record] = await readServerRecords();
    assert.ok(record);
    await sleep(2000);
    child.kill('SIGINT');
    const [code, , words] = await output;
    assert.notEqual(code, 0, words);
    assert.deepEqual(await readServerRecords(), [], words);
    assert.deepEqual(await membersOf(record.leader), []);
  });
});
