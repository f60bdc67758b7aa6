import type { Client } from '@temporalio/client';
import { benchQueue, versionQueue } from '../../workflows/workflowIds.ts';
import { pollersOf } from './pollers.ts';

/** Whether workers of this version leave the workflows of a queue alone. */
export function isOfOtherVersion(taskQueue: string): boolean {
  return taskQueue !== versionQueue && taskQueue !== benchQueue;
}

/** Why nobody goes on with the workflows of a queue, for people; null where a worker of their version is here. */
export async function versionGap(client: Client, taskQueue: string): Promise<string | null> {
  if ((await pollersOf(client, taskQueue)).length > 0) return null;
  return (
    `it was begun by workers of another version, of which none is here (queue ${taskQueue}): ` +
    'start one of them, and it goes on'
  );
}
