import { Worker } from '@temporalio/worker';

/**
 * A worker that does not time each entry into workflow code: Node starts a thread and an event loop for each such limit,
 * which was half of the workflow thread's work (`npm run benchmark:serving`). The limit is there for code that may loop
 * for ever; ours has none, and the server's own limit on a workflow task stays.
 */
export class WorkflowWorker extends Worker {
  protected static override createWorkflowCreator(
    ...[bundle, options, logger]: Parameters<(typeof Worker)['createWorkflowCreator']>
  ): ReturnType<(typeof Worker)['createWorkflowCreator']> {
    // The type of the SDK knows no absence; its use, `timeout` of Node's runInContext, does.
    const untimed = { ...options, isolateExecutionTimeoutMs: undefined as unknown as number };
    return super.createWorkflowCreator(bundle, untimed, logger);
  }
}
