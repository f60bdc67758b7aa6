import type { Client } from '@temporalio/client';
import { benchQueue } from '../../workflows/workflowIds.ts';

/** Identities of the workers that poll the workflows' queue, seen within the last minute. */
export async function pollersOf(client: Client): Promise<string[]> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: benchQueue },
    taskQueueType: 1,
  });
  const recent = (pollers ?? []).filter(({ lastAccessTime }) => {
    const seconds = Number(lastAccessTime?.seconds ?? 0);
    return Date.now() / 1000 - seconds < 60;
  });
  return recent.map(({ identity }) => identity ?? 'unknown');
}
