import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '../../src/config/loadConfig.ts';
import { resolveSuite } from '../../src/config/resolveSuite.ts';
import { resourcePath } from '../../src/config/resources.ts';
import type { RunSummary } from '../../src/report/runSummary.ts';
import { openStore } from '../../src/storage/index.ts';
import { devServerStatus, stopDevServer } from '../../src/temporal/devServer.ts';
import { knowingModel } from '../chaos/answers.ts';
import { canStart, serverKinds, startS3Server, type S3Server } from '../storage/s3Server.ts';
import { startMisbehavingServer, type MisbehavingServer } from '../support/misbehavingServer.ts';
import { openHome } from '../support/rig.ts';
import { mainFile } from './runBench.ts';

const place = 's3://results/das Team ü';
const items = 10;

/** A machine: a home and a working folder of its own. What is slow to make is shared, nothing of a run is. */
interface Machine {
  readonly folder: string;
  start(...argv: readonly string[]): ChildProcess;
  /** To its end; fails where that is none. */
  bench(
    ...argv: readonly string[]
  ): Promise<{ readonly code: number; readonly out: string; readonly words: string }>;
  /** The Temporal server and workers in the background die with -9, and the disk is gone. */
  burn(): Promise<void>;
}

const usualHome = process.env['BENCH_HOME'];

async function openMachine(environment: Readonly<Record<string, string>> = {}): Promise<Machine> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-machine-'));
  if (usualHome === undefined) delete process.env['BENCH_HOME'];
  else process.env['BENCH_HOME'] = usualHome;
  await openHome(folder);
  const env = { ...process.env, NO_COLOR: '1', ...environment };
  const cwd = join(folder, 'work');
  const inBackground: number[] = [];
  await mkdir(cwd);
  const start = (...argv: readonly string[]): ChildProcess =>
    spawn(process.execPath, [mainFile, ...argv], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  return {
    folder,
    start,
    async bench(...argv) {
      const child = start(...argv);
      const [[code], out, words] = await Promise.all([
        once(child, 'exit'),
        child.stdout === null ? '' : text(child.stdout),
        child.stderr === null ? '' : text(child.stderr),
      ]);
      const pid = /background \(process (\d+)/.exec(words)?.[1];
      if (pid !== undefined) inBackground.push(Number(pid));
      return { code: Number(code), out, words };
    },
    async burn() {
      process.env['BENCH_HOME'] = join(folder, 'home');
      // A worker that stays alone would start its server again.
      for (const pid of inBackground.splice(0)) process.kill(-pid, 'SIGKILL');
      const status = await devServerStatus();
      if (status.state !== 'stopped') process.kill(status.server.pid, 'SIGKILL');
      await stopDevServer();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

for (const kind of serverKinds)
  describe(`a run in a bucket of ${kind}`, { skip: !canStart(kind) }, () => {
    let s3: S3Server;
    let model: MisbehavingServer;
    let run = '';
    let suiteName = '';
    const machines: Machine[] = [];
    const openOne = async (environment?: Readonly<Record<string, string>>): Promise<Machine> => {
      const machine = await openMachine(environment);
      machines.push(machine);
      return machine;
    };
    before(async () => {
      s3 = await startS3Server(kind);
      const data = resourcePath('datasets/django-4.0.4-mini.jsonl.gz');
      const inference = {
        provider: 'openai',
        model_name: 'test-model',
        base_url: 'http://127.0.0.1:1/v1',
        sandbox_provider: 'local',
        max_iter: 3,
        batch_size: 4,
      };
      const settings = { run_name: 'moved', benchmark: 'method_gen_multiturn', inference };
      const suite = resolveSuite(loadConfig({ document: { ...settings, data: { path: data } } }));
      model = await startMisbehavingServer({ answer: await knowingModel(suite), delayMilliseconds: 500 });
      suiteName = suite.name;
      run = `${place}/runs/${suite.runs[0]?.name ?? ''}`;
      const files = openStore(place);
      await files.putOnce('set/mini.jsonl.gz', await readFile(data));
      const prompts = await readFile(resourcePath('prompts/method_gen_multiturn.yaml'));
      await files.putOnce('prompts/method_gen_multiturn.yaml', prompts);
      const config = {
        ...settings,
        inference: { ...inference, base_url: model.url },
        data: { path: `${place}/set/mini.jsonl.gz`, max_items: items },
        paths: { output_folder: `${place}/runs`, prompts: `${place}/prompts` },
      };
      await files.putOnce('moved.yaml', JSON.stringify(config));
    });
    after(async () => {
      for (const machine of machines) await machine.burn();
      if (usualHome !== undefined) process.env['BENCH_HOME'] = usualHome;
      await model.stop();
      await s3.stop();
    });

    const keysOf = (folder: string) => openStore(run).list(folder);
    const stored = async (): Promise<number> =>
      (await keysOf('turns')).filter((key) => /-\d+\.json$/.test(key)).length;
    const untilOutcomes = async (count: number, ...working: readonly ChildProcess[]): Promise<void> => {
      while ((await keysOf('outcomes')).length < count) {
        for (const { exitCode } of working)
          assert.equal(exitCode, null, 'it ended before it could be killed');
        await sleep(200);
      }
    };
    const kill = async (child: ChildProcess): Promise<void> => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    };

    test('is killed with -9 on one machine, goes on elsewhere with the bucket alone, and asks for no stored answer again', async (t) => {
      const first = await openOne();
      const running = first.start('run', '--config', `${place}/moved.yaml`);
      await untilOutcomes(2, running);
      await kill(running);
      await first.burn();
      const [askedFirst, storedFirst] = [model.requests.length, await stored()];

      const second = await openOne();
      const server = await second.bench('server', 'start', '--json');
      assert.equal(server.code, 0, server.words);
      const worker = second.start('worker', '--grace', '0');
      const submitted = await second.bench('submit', '--config', `${place}/moved.yaml`);
      assert.equal(submitted.code, 0, submitted.words);
      await untilOutcomes(5, worker);
      await kill(worker);
      const [askedSecond, storedSecond] = [model.requests.length, await stored()];
      assert.ok(
        askedSecond - askedFirst - (storedSecond - storedFirst) <= 4,
        'only what was in flight is lost',
      );

      const { address } = JSON.parse(server.out) as { readonly address: string };
      const third = await openOne({ TEMPORAL_ADDRESS: address });
      const other = third.start('worker', '--grace', '0');
      const watched = await third.bench('watch', suiteName);
      assert.equal(watched.code, 0, watched.words);
      await kill(other);

      t.diagnostic(
        `asked ${askedFirst}, ${askedSecond}, ${model.requests.length}; stored ${storedFirst}, ${storedSecond}, ${await stored()}`,
      );
      assert.equal(model.requests.length - askedSecond, (await stored()) - storedSecond);
      assert.equal((await keysOf('outcomes')).length, items);
      const summary = JSON.parse(
        (await openStore(run).get('summary.json'))?.toString() ?? '{}',
      ) as RunSummary;
      assert.deepEqual([summary.items.scored, summary.items.unscored], [items, 0]);
    });

    test('is reported, graded again and submitted again from a machine that has never seen it', async () => {
      const machine = await openOne();
      const asked = model.requests.length;
      const report = await machine.bench('report', `${place}/runs`, '--again', '--json');
      assert.equal(report.code, 0, report.words);
      const [summary] = JSON.parse(report.out) as RunSummary[];
      const regraded = await machine.bench('regrade', run);
      assert.equal(regraded.code, 0, regraded.words);
      assert.equal((await openStore(`${run}-regraded`).list('outcomes')).length, items);
      const again = await machine.bench('run', '--config', `${place}/moved.yaml`, '--json');
      assert.equal(again.code, 0, again.words);
      assert.deepEqual((JSON.parse(again.out) as RunSummary[])[0]?.passed, summary?.passed);
      const none = await machine.bench('watch', run);
      assert.deepEqual([none.code, /There is no suite/.test(none.words)], [2, true], none.words);
      const status = await machine.bench('status');
      assert.equal(status.code, 0, status.words);
      assert.equal(model.requests.length, asked);
    });
  });
