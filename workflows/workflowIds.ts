/** Ids are how people, the CLI and retries find a workflow again; all are safe in URLs. */
export const suiteId = (suite: string): string => `bench-suite/${suite}`;
export const runId = (run: string): string => `bench/${run}`;
export const shardId = (run: string, shard: number): string => `bench/${run}/s${shard}`;
export const itemId = (run: string, item: string): string => `bench/${run}/i/${item}`;

export const wandbId = (run: string): string => `bench-wandb/${run}`;
export const buildId = (set: string): string => `bench-dataset/${set}`;

/** Workflows and light steps; models and sandboxes have queues of their own. */
export const benchQueue = 'bench';
