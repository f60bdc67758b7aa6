import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { BuildProgress } from '../src/core/flow/builds.ts';
import type { SuiteIdentity } from '../src/core/flow/identity.ts';
import type { Counts, RunPlan, RunProgress } from '../src/core/flow/plans.ts';

/** Holds a run, shard or item at its next turn boundary. */
export const pause = defineSignal('pause');
/** Lets it go on. */
export const unpause = defineSignal('unpause');
/** Items in flight, from now on; answers the number that is now in force. */
export const setConcurrency = defineUpdate<number, [number]>('setConcurrency');
/** Counters of a run. */
export const progress = defineQuery<RunProgress>('progress');
/** What a run is made of: its plan, its open shards, its history so far. */
export const state = defineQuery<RunState>('state');
/** Counters of a shard. */
export const shardCounts = defineQuery<Counts>('counts');
/** A shard tells its run how far it is; coalesced. */
export const shardReport = defineSignal<[ShardReport]>('shardReport');
/** A run tells a shard how many items it may have in flight. */
export const shardConcurrency = defineSignal<[number]>('shardConcurrency');
/** Submitting again joins an open suite if it asks for the same thing; answers the keys that differ. */
export const joinSuite = defineUpdate<readonly string[], [SuiteIdentity]>('joinSuite');

/** The run whose figures are sent has ended, or goes on again. */
export const metricsEnd = defineSignal<[boolean]>('metricsEnd');

/** How far a dataset's build is. */
export const buildProgress = defineQuery<BuildProgress>('buildProgress');

/** The runs that a suite is made of; null until it is planned. */
export const suiteRuns = defineQuery<SuiteRuns | null>('runs');

export interface SuiteRuns {
  readonly runs: readonly RunPlan[];
  readonly notices: readonly string[];
}

export interface ShardReport {
  readonly shard: number;
  readonly counts: Counts;
  /** Every item of the shard has been started. */
  readonly draining: boolean;
}

export interface RunState {
  readonly folder: string;
  readonly version: number;
  readonly paused: boolean;
  readonly concurrency: number;
  /** Counters of the shards that are closed; the open ones are asked themselves. */
  readonly closed: Counts;
  readonly openShards: readonly {
    readonly shard: number;
    readonly workflowId: string;
    readonly draining: boolean;
  }[];
  readonly nextShard: number;
  readonly shardCount: number;
  readonly historyLength: number;
}
