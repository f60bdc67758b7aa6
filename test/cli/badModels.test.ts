import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, open, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { benchHome } from '../../setup/home.js';
import { findTemporalCli } from '../../setup/temporalCli.js';
import { fetchWeights } from '../../src/environments/index.ts';
import { findKnown, keptWeights } from '../../src/models/serving/embedded/knownWeights.ts';
import { readServerRecords } from '../../src/models/serving/serverRecords.ts';
import { stopDevServer } from '../../src/temporal/devServer.ts';
import { fakeVllm, writeAdapter } from '../models/serving/support.ts';
import { processesWith } from '../sandbox/support/processes.ts';
import { startMisbehavingServer } from '../support/misbehavingServer.ts';
import { runBench } from './runBench.ts';

/** Each by the real command: what it says, with which code it ends, and that nothing of it goes on. */
describe('what users get wrong about models', () => {
  let folder: string;
  const machine = benchHome();
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-bad-models-'));
    process.env['BENCH_HOME'] = join(folder, 'home');
    const cli = await findTemporalCli();
    if (cli !== null) process.env['BENCH_TEMPORAL_CLI'] = cli.path;
    await mkdir(join(folder, 'home'));
    for (const shared of ['environments', 'workflow-bundles', 'tools', 'models']) {
      await mkdir(join(machine, shared), { recursive: true });
      await symlink(join(machine, shared), join(folder, 'home', shared));
    }
    await symlink(fakeVllm, join(folder, 'vllm'));
    await mkdir(join(folder, 'bin'));
    await writeFile(join(folder, 'bin', 'nvidia-smi'), '#!/bin/sh\nprintf "0, GPU-a\\n1, GPU-b\\n"\n');
    await chmod(join(folder, 'bin', 'nvidia-smi'), 0o755);
  });
  after(async () => {
    await stopDevServer();
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    assert.deepEqual(await readServerRecords(), []);
    assert.deepEqual(processesWith(join(folder, 'vllm')), []);
  });

  const bench = (argv: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
    runBench(argv, { cwd: folder, environment: { BENCH_VLLM: join(folder, 'vllm'), ...environment } });
  const sets = (inference: Readonly<Record<string, unknown>>): string[] =>
    Object.entries({ ...inference, sandbox_provider: 'none' }).flatMap(([key, value]) => [
      '--set',
      `inference.${key}=${JSON.stringify(value)}`,
    ]);
  const run = (inference: Readonly<Record<string, unknown>>, more: readonly string[] = []): string[] => [
    ...['run', '-o', join(folder, 'results'), '--set', 'data.path=django-4.0.4-mini', '--max-items', '1'],
    ...sets(inference),
    ...more,
  ];
  const vllm = { provider: 'vllm', model_name: 'tiny' };
  const refused = async (
    finished: ReturnType<typeof runBench>,
    words: RegExp,
    exitCode = 2,
  ): Promise<void> => {
    const { stderr, ...ended } = await finished;
    assert.match(stderr, words);
    assert.equal(ended.exitCode, exitCode, stderr);
    assert.doesNotMatch(stderr, /Unexpected|\n {4}at /);
  };

  it('GPUs that are not there', async () => {
    const path = `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`;
    const asked = bench(run(vllm, ['--autorun', '--gpu_ids=0,7']), { PATH: path });
    await refused(asked, /there is no GPU 7; nvidia-smi shows 0, 1/);
  });

  it("a stranger's port, who keeps it", async () => {
    const stranger = createServer();
    await new Promise<void>((resolve) => void stranger.listen(0, '127.0.0.1', resolve));
    const { port } = stranger.address() as AddressInfo;
    const words = new RegExp(`Port ${port} is taken by another program, which is left alone`);
    await refused(bench(['serve-vllm', ...sets(vllm), `--base_port=${port}`]), words);
    await refused(bench(run(vllm, ['--autorun', `--base_port=${port}`])), words);
    assert.ok(stranger.listening);
    stranger.close();
  });

  it('an adapter of another base, and a folder without adapters', async () => {
    const sweep = join(folder, 'sweep');
    await writeAdapter(join(sweep, 'one'), { r: 8, base_model_name_or_path: 'some/other' });
    const other = bench(run({ ...vllm, lora_ckpts_dir: sweep }, ['--autorun']));
    await refused(other, /belong to another base than tiny: one \(trained on some\/other\)/);
    await mkdir(join(folder, 'empty'));
    const none = bench(run({ ...vllm, lora_ckpts_dir: join(folder, 'empty') }, ['--autorun']));
    await refused(none, /expected folders with an adapter_config.json in .*, found none/);
  });

  it('a rank that no server takes, and one above what the flags allow', async () => {
    const high = join(folder, 'high');
    await writeAdapter(join(high, 'one'), { r: 1024 });
    const tooHigh = bench(run({ ...vllm, lora_ckpts_dir: high }, ['--autorun']));
    await refused(tooHigh, /one has rank 1024; vLLM serves ranks up to 512/);
    const said = bench(run(vllm, ['--autorun']), { FAKE_VLLM: 'rank' });
    await refused(
      said,
      /LoRA rank 64 is greater than max_lora_rank 16.*max_lora_rank in inference\.vllm_args/s,
    );
  });

  it('no vLLM, and a flag that it does not know', async () => {
    const nowhere = bench(run(vllm, ['--autorun']), { BENCH_VLLM: '', PATH: '/usr/bin:/bin' });
    await refused(nowhere, /Expected the command vllm on PATH, found none/);
    const flag = bench(['serve-vllm', ...sets(vllm)], { FAKE_VLLM: 'bad_flag' });
    await refused(flag, /unrecognized arguments: --no-such-flag.*inference\.vllm_args/s);
  });

  it('a model that the server does not have, and a key that is not set', async (t) => {
    const server = await startMisbehavingServer({ answer: () => '', models: ['right-model'] });
    t.after(() => server.stop());
    const near = { provider: 'openai', model_name: 'wrong-model', base_url: server.url };
    await refused(bench(run(near)), /does not have wrong-model.*right-model/s);
    const far = {
      provider: 'openai',
      model_name: 'm',
      base_url: 'https://models.invalid/v1',
      api_key_env: 'NO_SUCH_KEY',
    };
    await refused(bench(run(far)), /NO_SUCH_KEY is not set; models\.invalid needs a key/);
  });

  it('a GGUF file that is truncated, and none', async () => {
    const name = 'smollm2-135m';
    const known = findKnown(name);
    assert.ok(known);
    await fetchWeights(name, known, () => undefined);
    const from = await open(keptWeights(name, known));
    const { buffer } = await from.read(Buffer.alloc(3_000_000), 0, 3_000_000, 0);
    await from.close();
    const truncated = join(folder, 'truncated.gguf');
    await writeFile(truncated, buffer);
    await refused(bench(run({ provider: 'embedded', model_name: truncated })), /whole GGUF file/);
    const missing = join(folder, 'nowhere.gguf');
    await refused(bench(run({ provider: 'embedded', model_name: missing })), /nowhere\.gguf/);
  });
});
