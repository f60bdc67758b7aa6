/**
 * Records the histories that the replay tests use: `node test/histories/record.ts`. Run it after a deliberate change
 * of the workflows, together with a raised WORKFLOW_VERSION; old files may go when no such run can be open any more.
 */
import { writeFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { submitSuite } from '../../src/temporal/submitSuite.ts';
import { WORKFLOW_VERSION } from '../../src/core/flow/version.ts';
import { itemId, runId, shardId, suiteId } from '../../workflows/workflowIds.ts';
import { startMisbehavingServer } from '../support/misbehavingServer.ts';
import { openRig, type Rig } from '../support/rig.ts';

const wrong = '```python\ndef value(self):\n    return -1\n```';

await record();

async function record(): Promise<void> {
  const rig = await openRig();
  const model = await startMisbehavingServer({
    answer: () => wrong,
    plan: (_, { messages }) => (JSON.stringify(messages).includes('item 3.') ? { kind: 'broken_json' } : null),
  });
  const worker = await rig.startWorker();
  try {
    const inference = { provider: 'openai', base_url: model.url, model_name: 'test-model', max_request_retries: 0 };
    const suite = await rig.suite(6, { run_name: 'recorded', inference: { ...inference, max_iter: 3, samples: 2 } });
    const run = suite.runs[0]?.name ?? '';
    await (await submitSuite(rig.client, suite, { fresh: false })).handle.result();
    await save(rig, suiteId(suite.name), 'benchSuite');
    await save(rig, runId(run), 'benchRun');
    await save(rig, shardId(run, 0), 'benchShard');
    await save(rig, itemId(run, 'item-0'), 'benchItem');
    await save(rig, itemId(run, 'item-3'), 'benchItem-unscored');
  } finally {
    await worker.stop();
    await model.stop();
    await rig.close();
  }
}

async function save(rig: Rig, workflowId: string, name: string): Promise<void> {
  const history = await rig.client.workflow.getHandle(workflowId).fetchHistory();
  const path = new URL(`./v${WORKFLOW_VERSION}-${name}.json`, import.meta.url);
  // The machine that recorded it is nobody's business.
  const text = historyToJSON(history).replace(/"stackTrace": ?"(?:[^"\\]|\\.)*"/g, '"stackTrace":""').replace(/"identity": ?"[^"]*"/g, '"identity":"recorded"');
  await writeFile(path, `${JSON.stringify(JSON.parse(text))}\n`);
}
