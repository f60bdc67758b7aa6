import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/activities.ts';
import type { RunPlan } from '../src/core/flow/plans.ts';
import { benchQueue } from './workflowIds.ts';

const cancellation = { cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED } as const;

/** Reading and writing on the worker's own disk or bucket: faults of it are waited out. */
export const steps = proxyActivities<Activities>({
  ...cancellation,
  taskQueue: benchQueue,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '10 seconds' },
});

/**
 * A fault of the endpoint is waited out for as long as it takes; what must not be retried comes as non-retryable.
 * No schedule-to-close: a long backlog is not a fault.
 */
export function modelSteps(plan: RunPlan): Pick<typeof steps, 'generateAnswer' | 'checkEndpoint'> {
  return proxyActivities<Activities>({
    ...cancellation,
    taskQueue: plan.modelQueue,
    startToCloseTimeout: `${plan.flow.generateTimeoutSeconds} seconds`,
    heartbeatTimeout: '10 seconds',
    retry: { initialInterval: '1 second', maximumInterval: '10 seconds' },
  });
}

/** A sandbox that fails five times for one candidate leaves the item unscored. */
export function sandboxSteps(plan: RunPlan): Pick<typeof steps, 'gradeAnswer'> {
  return proxyActivities<Activities>({
    ...cancellation,
    taskQueue: plan.sandboxQueue,
    startToCloseTimeout: '2 hours',
    heartbeatTimeout: '10 seconds',
    retry: { initialInterval: '1 second', maximumInterval: '10 seconds', maximumAttempts: 5 },
  });
}
