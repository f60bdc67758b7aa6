import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { wandbId } from '../../workflows/workflowIds.ts';
import type { RunPlan } from '../core/flow/plans.ts';

const patienceSeconds = 10;

/** Gives the figures of runs that have ended a moment to arrive; the runs whose figures are still on their way. */
export async function waitForMetrics(client: Client, runs: readonly RunPlan[]): Promise<readonly RunPlan[]> {
  const limit = sleep(patienceSeconds * 1000, false, { ref: false });
  const sent = async ({ run }: RunPlan): Promise<boolean> => {
    const arrived = client.workflow
      .getHandle(wandbId(run))
      .result()
      .then(
        () => true,
        () => false,
      );
    return Promise.race([arrived, limit]);
  };
  const wanted = runs.filter(({ wandb }) => wandb === true);
  const answers = await Promise.all(wanted.map(sent));
  return wanted.filter((_, index) => answers[index] !== true);
}
