import { Worker, type WorkerOptions } from '@temporalio/worker';

/** Polls a queue that nobody gives work to, so that the server can say who is there. */
export function openPresence(shared: Omit<WorkerOptions, 'taskQueue'>, taskQueue: string): Promise<Worker> {
  return Worker.create({
    ...shared,
    taskQueue,
    activities: { isHere: () => Promise.resolve() },
    maxConcurrentActivityTaskExecutions: 1,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 1 },
  });
}
