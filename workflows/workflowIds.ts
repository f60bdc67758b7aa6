import { WORKFLOW_VERSION } from '../src/core/flow/version.ts';

/** Ids are how people, the CLI and retries find a workflow again; all are safe in URLs. */
export const suiteId = (suite: string): string => `bench-suite/${suite}`;
export const runId = (run: string): string => `bench/${run}`;
export const shardId = (run: string, shard: number): string => `bench/${run}/s${shard}`;
export const itemId = (run: string, item: string): string => `bench/${run}/i/${item}`;

export const wandbId = (run: string): string => `bench-wandb/${run}`;
export const buildId = (set: string): string => `bench-dataset/${set}`;

/** The entry for everybody; whoever takes a suite from there hands it on to the queue of its version. */
export const benchQueue = 'bench';

/** Workflows and light steps: what one version has begun, no other one touches. Models and sandboxes have other queues. */
export const versionQueue = `${benchQueue}-v${WORKFLOW_VERSION}`;
