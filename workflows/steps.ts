import { ActivityCancellationType, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { ActivityOptions } from '@temporalio/workflow';
import type { Activities, BuildActivities } from '../activities/activities.ts';
import type { RunPlan } from '../src/core/flow/plans.ts';
import { sandboxQueue } from '../src/core/flow/queues.ts';

/** Where the workflow itself is, with the workers of its version. */
const ownQueue = undefined;

/** Proofs of a dataset, on a host that has sandboxes. */
export const buildSteps: BuildActivities = proxyActivities<BuildActivities>(
  stepOptions(sandboxQueue, '2 hours'),
);

/** To plan a suite means to look at its environment, which hosts without sandboxes do not have. */
export const planningSteps: Pick<Activities, 'planSuite'> = stepsOn(sandboxQueue, '30 minutes');

type Steps = ReturnType<typeof stepsOn>;

/** Reading and writing on the worker's own disk or bucket. */
export const steps = stepsOn(ownQueue, '30 minutes');

/** A short write beside the workflow itself: it spares each item a round trip through the server. */
export const { recordOutcome } = proxyLocalActivities<Pick<Activities, 'recordOutcome'>>({
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumInterval: '10 seconds' },
});

/** Figures for a server of others: tried again for as long as it takes, and never in the way of the run. */
export const { sendMetrics } = proxyActivities<Pick<Activities, 'sendMetrics'>>({
  ...stepOptions(ownQueue, '30 minutes'),
  retry: { initialInterval: '2 seconds', maximumInterval: '1 minute' },
});

/** A request may take as long as the model's own limit, which lies below. */
export function modelSteps({ modelQueue, flow }: RunPlan): Pick<Steps, 'generateAnswer' | 'checkEndpoint'> {
  return stepsOn(modelQueue, `${flow.generateTimeoutSeconds} seconds`);
}

/** Waiting for a free slot is a part of the step. */
export function sandboxSteps({ sandboxQueue }: RunPlan): Pick<Steps, 'gradeAnswer'> {
  return stepsOn(sandboxQueue, '2 hours');
}

/**
 * Faults are waited out for as long as it takes; what must not be retried comes as non-retryable from the activity.
 * No schedule-to-close: a long backlog is not a fault.
 */
function stepsOn(taskQueue: string | undefined, startToCloseTimeout: Timeout) {
  return proxyActivities<Activities>(stepOptions(taskQueue, startToCloseTimeout));
}

type Timeout = '30 minutes' | '2 hours' | `${number} seconds`;

function stepOptions(taskQueue: string | undefined, startToCloseTimeout: Timeout): ActivityOptions {
  return {
    ...(taskQueue !== undefined && { taskQueue }),
    startToCloseTimeout,
    heartbeatTimeout: '10 seconds',
    retry: { initialInterval: '1 second', maximumInterval: '10 seconds' },
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  };
}
