import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTimeOf } from '../../../setup/processIdentity.js';
import { ConfigError } from '../../../src/core/errors.ts';
import { keepServers } from '../../../src/models/serving/keepServers.ts';
import { planServers } from '../../../src/models/serving/planServers.ts';
import { membersOf, stopTree } from '../../../src/models/serving/processTree.ts';
import { readServerRecords, writeServerRecord } from '../../../src/models/serving/serverRecords.ts';
import { startServers, stopServers, type StartOptions } from '../../../src/models/serving/startServers.ts';
import { runningServers, sweepServers } from '../../../src/models/serving/sweepServers.ts';
import { freePort } from '../../../src/temporal/ports.ts';
import { openServingHome, planFor } from './support.ts';

describe('vLLM servers that we start', () => {
  let home: Awaited<ReturnType<typeof openServingHome>>;
  before(async () => void (home = await openServingHome()));
  after(() => home.close());
  afterEach(async () => {
    delete process.env['FAKE_VLLM'];
    await stopServers(await runningServers());
  });

  const said: string[] = [];
  const options = (changes: Partial<StartOptions> = {}): StartOptions => ({
    waitSeconds: 30,
    logFolder: null,
    verbose: false,
    owned: true,
    signal: new AbortController().signal,
    say: (line) => said.push(line),
    ...changes,
  });
  const start = async (count = 1, changes: Partial<StartOptions> = {}) => {
    const ports = await Promise.all(Array.from({ length: count }, () => freePort([])));
    return startServers(
      ports.map((port) => planFor(port)),
      options(changes),
    );
  };

  it('are ready when health, every model and a completion answer, and leave nothing when they are stopped', async () => {
    const adapters = ['one', 'two'].map((name) => ({ name, folder: `/a/${name}`, rank: 8, base: null }));
    const [record] = await startServers([planFor(await freePort([]), { adapters })], options());
    assert.ok(record);
    assert.deepEqual(record.models, ['tiny', 'one', 'two']);
    assert.equal((await membersOf(record.leader)).length, 3, 'server, engine, worker');
    await stopServers([record]);
    assert.deepEqual(await membersOf(record.leader), []);
    assert.deepEqual(await readServerRecords(), []);
  });

  it('are found with engine and worker when only these are left', async () => {
    const [record] = await start();
    assert.ok(record);
    process.kill(record.leader.pid, 'SIGKILL');
    while ((await membersOf(record.leader)).length > 2) await sleep(20);
    assert.equal((await membersOf(record.leader)).length, 2, 'a killed server leaves its engine');
    await sweepServers(options().say);
    assert.deepEqual(await membersOf(record.leader), []);
  });

  it('are swept when the command that started them is gone, and kept while it lives', async () => {
    const [record] = await start();
    assert.ok(record);
    await sweepServers(options().say);
    assert.equal((await membersOf(record.leader)).length, 3);
    writeServerRecord({ ...record, owner: { pid: 999_999_999, startTime: 'before' } });
    await sweepServers(options().say);
    assert.deepEqual(await membersOf(record.leader), []);
  });

  it('never end a process that merely got a recorded id', async () => {
    const [record] = await start();
    assert.ok(record);
    const mistaken = { ...record, leader: { ...record.leader, startTime: 'another' } };
    await stopServers([mistaken]);
    assert.equal((await membersOf(record.leader)).length, 3);
    await stopServers([record]);
  });

  it('never end a group that merely got a recorded id after a reboot', async () => {
    const [record] = await start();
    assert.ok(record);
    process.kill(record.leader.pid, 'SIGKILL');
    while ((await membersOf(record.leader)).length > 2) await sleep(20);
    await stopServers([{ ...record, leader: { ...record.leader, startTime: 'another-boot:1' } }]);
    assert.equal((await membersOf(record.leader)).length, 2);
    await stopServers([record]);
  });

  it('count as there while a thread of theirs runs, though their first thread has ended', async (t) => {
    const code = `import ctypes, threading, time
threading.Thread(target=time.sleep, args=(60,)).start()
ctypes.CDLL(None).pthread_exit(None)`;
    const child = spawn('python3', ['-c', code], { detached: true, stdio: 'ignore' });
    t.after(() => child.kill('SIGKILL'));
    const pid = child.pid ?? 0;
    const leader = { pid, startTime: startTimeOf(pid) ?? '' };
    const state = (): string => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.charAt(0) ?? '';
    while (state() !== 'Z') await sleep(20);
    assert.deepEqual(await membersOf(leader), [pid]);
    assert.deepEqual((await stopTree(leader, 0)).left, []);
  });

  it('are started again on their port when one dies in a run, a bounded number of times', async () => {
    const [record] = await start();
    assert.ok(record);
    const kept = keepServers([record], options());
    process.kill(record.leader.pid, 'SIGKILL');
    const restarted = async () =>
      (await readServerRecords()).find(({ leader }) => leader.pid !== record.leader.pid);
    while ((await restarted()) === undefined) await sleep(50);
    assert.deepEqual(await membersOf(record.leader), [], 'the old engine is gone');
    assert.equal((await restarted())?.port, record.port);
    await kept.stop();
    assert.deepEqual(await runningServers(), []);
  });

  const failures: readonly (readonly [fault: string, words: RegExp])[] = [
    ['out_of_memory', /CUDA out of memory.*\n.*gpu_memory_utilization/s],
    ['no_gpu', /Failed to infer device type.*\n.*--gpu_ids/s],
    ['bad_flag', /unrecognized arguments: --no-such-flag.*\n.*inference\.vllm_args/s],
    ['rank', /LoRA rank 64.*\n.*max_lora_rank/s],
  ];
  for (const [fault, words] of failures) {
    it(`fail at once with the log's own line: ${fault}`, async () => {
      process.env['FAKE_VLLM'] = fault;
      await assert.rejects(start(2), (error) => error instanceof ConfigError && words.test(error.message));
      assert.deepEqual(await readServerRecords(), []);
    });
  }

  it('that load too long, or fail their first request, are said to do so and stopped', async () => {
    for (const [fault, words] of [
      ['never', /was not ready after 2 s.*Loading safetensors/s],
      ['first_request_fails', /was not ready after 2 s/],
      ['adapter_missing', /was not ready after 2 s/],
    ] as const) {
      process.env['FAKE_VLLM'] = fault;
      const adapters = [{ name: 'one', folder: join(home.folder, 'one'), rank: 8, base: null }];
      const plan = planFor(await freePort([]), { adapters });
      await assert.rejects(startServers([plan], options({ waitSeconds: 2 })), words);
      assert.deepEqual(await readServerRecords(), []);
    }
  });

  it("leave a stranger's port to the stranger", async (t) => {
    const port = await freePort([]);
    const stranger = createServer();
    await new Promise<void>((resolve) => void stranger.listen(port, '127.0.0.1', resolve));
    t.after(() => stranger.close());
    const serving = {
      weights: 'm',
      name: 'm',
      adapters: [],
      gpuIds: [],
      vllmArguments: {},
      generationConfig: 'vllm',
    } as const;
    await assert.rejects(planServers({ ...serving, basePort: port }), /taken by another program/);
    assert.ok(stranger.listening);
  });

  it('are missing where there is no vllm', async () => {
    process.env['BENCH_VLLM'] = join(home.folder, 'nowhere');
    await assert.rejects(start(), /BENCH_VLLM: expected an executable file/);
    process.env['BENCH_VLLM'] = join(home.folder, 'vllm');
  });
});
