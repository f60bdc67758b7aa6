import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createEnvironmentBuilds } from '../../activities/environmentBuilds.ts';
import { createDatasets } from '../../activities/openRuns.ts';
import { planRun } from '../../activities/planRun.ts';
import type { RunPlan } from '../../src/core/flow/plans.ts';
import { WORKFLOW_VERSION } from '../../src/core/flow/version.ts';
import type { BenchWorker } from '../../src/temporal/worker.ts';
import type { benchRun } from '../../workflows/benchRun.ts';
import { benchQueue, runId, shardId } from '../../workflows/workflowIds.ts';
import { startMisbehavingServer } from '../support/misbehavingServer.ts';
import type { Fault, MisbehavingServer, RecordedRequest } from '../support/misbehavingServer.ts';
import { openRig, scriptedPorts, type Rig } from '../support/rig.ts';

describe('a run of several shards', () => {
  let rig: Rig;
  let worker: BenchWorker;
  let model: MisbehavingServer;
  let open = 0;
  let mostOpen = 0;

  before(async () => {
    rig = await openRig();
    worker = await rig.startWorker();
    model = await startMisbehavingServer({ answer: () => 'no code', plan: count, delayMilliseconds: 30 });
  });
  after(async () => {
    await worker.stop();
    await model.stop();
    await rig.close();
  });

  /** The first request of item 3 hangs: it is the tail of its shard. */
  function count(_: number, request: RecordedRequest): Fault | null {
    const isTail = request.seenBefore === 0 && JSON.stringify(request.messages).includes('item 3.');
    const milliseconds = isTail ? 3000 : 30;
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    setTimeout(() => (open -= 1), milliseconds);
    return isTail ? { kind: 'hang', milliseconds } : null;
  }

  async function plan(name: string, limits: Partial<RunPlan>): Promise<RunPlan> {
    const inference = { provider: 'openai', model_name: 'test-model', base_url: model.url, batch_size: 6 };
    const suite = await rig.suite(24, { run_name: name, inference: { ...inference, max_iter: 1 } });
    const [request] = suite.runs;
    assert.ok(request);
    const ports = await scriptedPorts();
    const builds = createEnvironmentBuilds({
      ports,
      countOthers: () => Promise.resolve(0),
      log: () => undefined,
    });
    const planned = await planRun({ ports, builds, datasets: createDatasets(), request });
    return { ...planned.plan, ...limits };
  }

  async function run(limited: RunPlan) {
    const handle = await rig.client.workflow.start<typeof benchRun>('benchRun', {
      workflowId: runId(limited.run),
      taskQueue: benchQueue,
      args: [{ plan: limited, version: WORKFLOW_VERSION }],
      // As a run has it that began before memos named the folder.
      memo: { modelQueue: limited.modelQueue, modelSlots: limited.modelSlots },
    });
    return { handle, result: await handle.result() };
  }

  test('continues as new with its counters after as many shards as an execution may have', async () => {
    const limited = await plan('continued', { shardSize: 5, shardsPerExecution: 2 });
    const { handle, result } = await run(limited);
    assert.equal(result.counts.finished, 24);
    assert.equal(result.counts.inFlight, 0);
    const { raw } = await handle.describe();
    assert.notEqual(raw.workflowExecutionInfo?.firstRunId, raw.workflowExecutionInfo?.execution?.runId);
    assert.equal((await readdir(join(limited.folder, 'outcomes'))).length, 24);
  });

  test('opens the next shard while the tail of the last one is still in flight, within one budget', async () => {
    mostOpen = 0;
    const limited = await plan('tails', { shardSize: 6, shardsPerExecution: 100 });
    await run(limited);
    const started = async (shard: number): Promise<number> =>
      (await rig.client.workflow.getHandle(shardId(limited.run, shard)).describe()).startTime.getTime();
    const closed = async (shard: number): Promise<number> =>
      (await rig.client.workflow.getHandle(shardId(limited.run, shard)).describe()).closeTime?.getTime() ?? 0;
    assert.ok((await started(1)) < (await closed(0)), 'the second shard began before the slow item was done');
    assert.ok(mostOpen <= 6, `${mostOpen} requests were open at a time`);
  });
});
