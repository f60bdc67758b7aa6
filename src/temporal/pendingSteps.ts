import type { Client, WorkflowExecutionDescription } from '@temporalio/client';

/** A step of a workflow that has not come to its end, as the server knows it. */
export type PendingStep = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** PENDING_ACTIVITY_STATE_STARTED of Temporal's API: a worker has taken it. */
export const startedState = 2;

/** The steps that each of the first `most` open workflows of a query waits for. */
export async function* pendingSteps(
  client: Client,
  query: string,
  most: number,
): AsyncGenerator<readonly PendingStep[]> {
  let looked = 0;
  for await (const { workflowId } of client.workflow.list({ query, pageSize: most })) {
    if ((looked += 1) > most) return;
    yield await stepsOf(client, workflowId);
  }
}

/** Those that one workflow waits for. */
export async function stepsOf(client: Client, workflowId: string): Promise<readonly PendingStep[]> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  return raw.pendingActivities ?? [];
}
