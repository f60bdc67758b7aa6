import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { datasetBuild } from '../../workflows/datasetBuild.ts';
import { buildProgress } from '../../workflows/messages.ts';
import { buildId, versionQueue } from '../../workflows/workflowIds.ts';
import { describeProgress, type BuildInput, type DatasetBuilt } from '../core/flow/builds.ts';
import { datasetName } from '../dataset/writeDataset.ts';
import { Interrupted } from './failure.ts';
import { needWorkers } from './needWorkers.ts';
import { interruptSignal } from './interrupt.ts';
import { tell, uiLink, withSession } from './session.ts';

/** Hands a build to the server and its workers, and waits for its end; an open one of the same name is joined. */
export async function submitBuild(input: BuildInput, json: boolean): Promise<void> {
  await withSession({ start: true }, async (session) => {
    await needWorkers(session, ['workflow', 'sandbox']);
    const workflowId = buildId(datasetName(input.output));
    const handle = await session.client.workflow.start<typeof datasetBuild>('datasetBuild', {
      workflowId,
      taskQueue: versionQueue,
      args: [input],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: input.output,
    });
    const link = uiLink(session, workflowId);
    if (link !== null) tell(`Web UI: ${link}`);
    const built = await waitForEnd(handle);
    process.stdout.write(json ? `${JSON.stringify(built)}\n` : `${built.rows} rows in ${built.output}\n`);
  });
}

const lookEveryMilliseconds = 5000;

async function waitForEnd(handle: WorkflowHandle<typeof datasetBuild>): Promise<DatasetBuilt> {
  const signal = interruptSignal();
  const result = handle.result();
  result.catch(() => undefined);
  let told = '';
  for (;;) {
    const looked = await Promise.race([
      result,
      sleep(lookEveryMilliseconds, null, { signal }).catch(() => null),
    ]);
    if (looked !== null) return looked;
    if (signal.aborted)
      throw new Interrupted('Still running on the server. The same command joins it again.');
    const now = await handle.query(buildProgress).catch(() => null);
    const line = now === null ? told : describeProgress(now);
    if (line !== told) tell(line);
    told = line;
  }
}
