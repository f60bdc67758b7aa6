import {
  CancellationScope,
  ContinueAsNew,
  ParentClosePolicy,
  getExternalWorkflowHandle,
  startChild,
} from '@temporalio/workflow';
import type { RunPlan } from '../src/core/flow/plans.ts';
import { metricsEnd } from './messages.ts';
import type { wandbSync } from './wandbSync.ts';
import { wandbId } from './workflowIds.ts';

/** Does a run's work with its figures being sent beside it, where that was asked for; whatever becomes of them, the work does not notice. */
export async function withMetrics<T>(plan: RunPlan, work: () => Promise<T>): Promise<T> {
  if (plan.wandb !== true) return work();
  await begin(plan);
  try {
    const result = await work();
    await tell(plan, true);
    return result;
  } catch (error) {
    if (!(error instanceof ContinueAsNew)) await tell(plan, true);
    throw error;
  }
}

async function begin(plan: RunPlan): Promise<void> {
  const workflowId = wandbId(plan.run);
  await startChild<typeof wandbSync>('wandbSync', {
    workflowId,
    args: [{ folder: plan.folder }],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    staticSummary: 'sends the figures to Weights & Biases',
  }).catch(() => tell(plan, false));
}

/** Also when the run was cancelled. */
async function tell({ run }: RunPlan, hasEnded: boolean): Promise<void> {
  await CancellationScope.nonCancellable(() =>
    getExternalWorkflowHandle(wandbId(run))
      .signal(metricsEnd, hasEnded)
      .catch(() => undefined),
  );
}
