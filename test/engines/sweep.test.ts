import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { membersOf } from '../../src/models/serving/processTree.ts';
import { readServerRecords, type ServerRecord } from '../../src/models/serving/serverRecords.ts';
import type { RunSummary } from '../../src/report/runSummary.ts';
import { isFree } from '../../src/temporal/ports.ts';
import { endOf, openBench, processesOfVllm, realModel, skip, type Bench } from './realVllm.ts';

const items = Number(process.env['ENGINES_ITEMS'] ?? 3);
const models = ['base', 'one', 'two'];

describe('a sweep of real adapters on two real vLLM servers', { skip }, () => {
  let bench: Bench;
  before(async () => void (bench = await openBench()));
  after(() => bench.close());

  it('comes to its end though one server is killed with -9 in the middle, and leaves no process and no port', async () => {
    await writeConfig();
    const started = bench.start('run', '--config', 'config.yaml', '--autorun', '--gpu_ids=0,1', '--json');
    const servers = await serversInTheMiddle();
    const [victim] = servers;
    assert.ok(victim);
    process.kill(victim.leader.pid, 'SIGKILL');
    const orphans = await orphansOf(victim);
    assert.ok(orphans > 0, 'a killed server leaves its engine');
    const { exitCode, stdout, stderr } = await started.ended;
    process.stdout.write(`${stderr}\nkilled: port ${victim.port}, ${orphans} processes were left of it\n`);
    assert.equal(exitCode, 0, `${stderr}\n${await endOf(victim.log)}`);
    const summaries = JSON.parse(stdout) as RunSummary[];
    const shown = summaries.map(
      ({ task, model, passed }) => `${task} ${model} ${passed.passed}/${passed.of}`,
    );
    process.stdout.write(`${shown.join('\n')}\n`);
    assert.equal(summaries.length, 3 * models.length);
    for (const { passed } of summaries) assert.equal(passed.of, items);
    assert.match(stderr, new RegExp(`The vLLM server on port ${victim.port} ended`));
    assert.deepEqual(await processesOfVllm(), []);
    assert.deepEqual(await readServerRecords(), []);
    assert.equal(servers.length, 2);
    for (const { port } of servers) assert.ok(await isFree(port), `port ${port} is free`);
  });

  async function writeConfig(): Promise<void> {
    const { folder, adapters } = await realModel();
    const config = {
      repository: 'django',
      run_name: 'sweep',
      data: { path: 'django-4.0.4-mini', max_items: items },
      suite: { tasks: ['method_gen_multiturn', 'completion', 'program_repair'] },
      inference: {
        provider: 'vllm',
        model_name: folder,
        lora_ckpts_dir: adapters,
        lora_base: true,
        max_iter: 1,
        batch_size: 8,
        model_args: { max_tokens: 32, temperature: 0 },
        vllm_args: { max_model_len: 3072, max_num_seqs: 8, max_num_batched_tokens: 512, enforce_eager: true },
      },
      paths: { output_folder: 'results' },
    };
    await writeFile(join(bench.folder, 'config.yaml'), JSON.stringify(config));
  }

  /** Answers are there, and others are still to come. */
  async function serversInTheMiddle(): Promise<ServerRecord[]> {
    for (;;) {
      const names = await readdir(join(bench.folder, 'results'), { recursive: true }).catch(() => []);
      const answers = names.filter((name) => /turns\/.*-\d+\.json$/.test(name)).length;
      if (answers >= 3) return readServerRecords();
      await sleep(100);
    }
  }

  async function orphansOf({ leader }: ServerRecord): Promise<number> {
    await sleep(100);
    return (await membersOf(leader)).filter((pid) => pid !== leader.pid).length;
  }
});
