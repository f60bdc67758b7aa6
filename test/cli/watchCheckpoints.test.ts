import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readServerRecords } from '../../src/models/serving/serverRecords.ts';
import { stopDevServer } from '../../src/temporal/devServer.ts';
import { openRunningHome, writeAdapter } from '../models/serving/support.ts';

const bench = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

describe('bench watch-checkpoints while a training goes on', () => {
  let home: Awaited<ReturnType<typeof openRunningHome>>;
  let training: string;
  before(async () => {
    home = await openRunningHome();
    training = join(home.folder, 'training');
    await mkdir(training);
  });
  after(async () => {
    await stopDevServer();
    await home.close();
  });

  const watch = (...more: string[]) => {
    const set = ['inference.provider=vllm', 'inference.model_name=tiny', 'inference.max_iter=1'];
    const flags = [...set, 'inference.lora_base=true', 'data.path=django-4.0.4-mini'].flatMap((one) => [
      '--set',
      one,
    ]);
    const argv = ['watch-checkpoints', training, '--every', '1', '--max-items', '1', '--autorun'];
    const child = spawn(process.execPath, [bench, ...argv, '-o', home.folder, ...flags, ...more], {
      cwd: home.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    return { child, output: Promise.all([ended, text(child.stdout), text(child.stderr)]) };
  };
  const outcomes = async (adapter: string): Promise<string[]> =>
    readdir(join(home.folder, `django-method_gen_multiturn-${adapter}`, 'outcomes')).catch(() => []);
  const until = async (child: ChildProcess, holds: () => Promise<boolean>): Promise<void> => {
    while (child.exitCode === null && !(await holds())) await sleep(50);
  };

  test('goes on after kill -9, takes what comes, each adapter once, and its table grows', async () => {
    await writeAdapter(join(training, 'checkpoint-1'), { r: 8 });
    const first = watch();
    await until(first.child, async () => (await readServerRecords()).length > 0);
    first.child.kill('SIGKILL');
    await first.output;
    assert.deepEqual(await outcomes('checkpoint-1'), []);

    const second = watch('--idle-exit', '12');
    await until(second.child, async () => (await outcomes('checkpoint-1')).length > 0);
    await writeAdapter(join(training, 'other-base'), { r: 8, base_model_name_or_path: 'another' });
    await writeAdapter(join(home.folder, 'checkpoint-2'), { r: 16 });
    await cp(join(home.folder, 'checkpoint-2'), join(training, 'checkpoint-2'), { recursive: true });
    // Trainings keep their latest checkpoints only.
    await until(second.child, async () => (await outcomes('checkpoint-2')).length > 0);
    await rm(join(training, 'checkpoint-1'), { recursive: true });
    const [code, table, words] = await second.output;
    assert.equal(code, 1, words);
    assert.match(words, /Evaluating checkpoint-1\n[^]*Evaluating checkpoint-2\n/);
    assert.match(words, /other-base is left out: These adapters belong to another base than tiny/);
    assert.match(table, /All 2 checkpoints so far, against tiny[^]*checkpoint-1[^]*checkpoint-2/);
    assert.deepEqual(await readServerRecords(), []);

    await rm(join(training, 'other-base'), { recursive: true });
    const [again, , nothing] = await watch('--idle-exit', '3').output;
    assert.equal(again, 0, nothing);
    assert.match(nothing, /2 were taken before/);
    assert.doesNotMatch(nothing, /Evaluating/);
  });

  test('says at once what it cannot watch', async () => {
    const folder = join(home.folder, 'training', 'checkpoint-2', 'adapter_config.json');
    assert.ok((await readFile(folder)).length > 0);
    const child = spawn(
      process.execPath,
      [bench, 'watch-checkpoints', folder, '--set', 'inference.provider=vllm'],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    assert.match(await text(child.stderr), /Cannot watch .*adapter_config\.json/);
  });
});
