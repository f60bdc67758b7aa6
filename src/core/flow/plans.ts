import type { SuiteRequest } from '../run.ts';
import type { Verdict } from '../verdicts.ts';

/** Input of `benchSuite`: exactly one of the three. */
export interface SuiteInput {
  /** A config file that the worker can read. */
  readonly configPath?: string;
  /** The config itself, as parsed from YAML or JSON. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** What the CLI has already resolved. */
  readonly suite?: SuiteRequest;
  /** Start other runs beside existing ones of the same name. */
  readonly fresh?: boolean;
}

/** What a workflow must know of a run; everything else is read by activities from the run's folder. */
export interface RunPlan {
  readonly run: string;
  readonly folder: string;
  readonly task: string;
  readonly model: string;
  readonly itemCount: number;
  /** Outcomes that existed when the run was planned. */
  readonly finishedBefore: number;
  /** Items in flight; changed live by `setConcurrency`. */
  readonly batchSize: number;
  readonly shardSize: number;
  /** Shards after which the run continues as new, where the server does not suggest it earlier. */
  readonly shardsPerExecution: number;
  readonly modelQueue: string;
  readonly modelSlots: number;
  readonly sandboxQueue: string;
  /** Gradings that a worker takes from that queue at a time; undefined where its own cores decide. */
  readonly sandboxSlots?: number | undefined;
  readonly flow: FlowPolicy;
}

/** The part of a run's policy that decides the order of steps. */
export interface FlowPolicy {
  readonly maxTurns: number;
  readonly samples: number;
  readonly generateTimeoutSeconds: number;
}

/** Input of `benchRun`; the counters are carried over by continue-as-new. */
export interface RunInput {
  readonly plan: RunPlan;
  readonly version: number;
  readonly nextShard?: number;
  readonly counts?: Counts;
  readonly startedAt?: number;
  readonly concurrency?: number;
  readonly paused?: boolean;
}

export interface ShardInput {
  readonly plan: RunPlan;
  readonly shard: number;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly concurrency: number;
  readonly paused: boolean;
}

export interface ItemRef {
  /** Safe in file names and URLs. */
  readonly item: string;
  /** Position of the row in the dataset. */
  readonly row: number;
}

export interface ItemInput extends ItemRef {
  readonly plan: RunPlan;
  readonly paused: boolean;
}

/** Where an item's turn is, for the activities. */
export interface TurnRef extends ItemRef {
  readonly folder: string;
  readonly sample: number;
  readonly turn: number;
}

/** A finished turn: its key in the store and what the loop decides on. Never anything of the held-out tests. */
export interface GradedTurn {
  readonly turn: number;
  readonly gradeKey: string;
  readonly visiblePassed: boolean;
  /** A longer prompt cannot help. */
  readonly mustStop: boolean;
  /** One short line for the Web UI, from visible tests only. */
  readonly line: string;
}

/** What an item tells its shard. */
export interface ItemResult {
  readonly outcome: 'scored' | 'unscored';
  /** Verdict of the first sample's last turn; null when unscored. */
  readonly verdict: Verdict['kind'] | null;
  readonly turns: number;
  readonly tokens: number;
}

/** Counters of a run or shard. */
export interface Counts {
  readonly finished: number;
  readonly passed: number;
  readonly unscored: number;
  readonly inFlight: number;
  readonly turns: number;
  readonly tokens: number;
}

export const noCounts: Counts = { finished: 0, passed: 0, unscored: 0, inFlight: 0, turns: 0, tokens: 0 };

/** Answer of the `progress` query and source of the table in the Web UI. */
export interface RunProgress extends Counts {
  readonly run: string;
  readonly task: string;
  readonly model: string;
  readonly items: number;
  readonly concurrency: number;
  readonly startedAt: number;
  readonly state: 'checking the endpoint' | 'running' | 'paused' | 'writing results' | 'finished' | 'failed';
}

/** What a run says at its end. */
export interface RunResult {
  readonly run: string;
  readonly folder: string;
  readonly counts: Counts;
  /** `passed` of n, with its interval; one line. */
  readonly headline: string;
}
