import type {
  Counts,
  GradedTurn,
  ItemRef,
  ItemResult,
  RunPlan,
  SuiteInput,
  TurnRef,
} from '../src/core/flow/plans.ts';
import type { BuildInput, DatasetBuilt, MethodsChosen, ProvedMethod } from '../src/core/flow/builds.ts';
import type { SuiteIdentity } from '../src/core/flow/identity.ts';

/** Every step with I/O, one file each; workflows see this interface only. */
export interface Activities {
  /** Resolves the config, checks data, environment and locks, writes each run's `run.json`. */
  planSuite: (input: SuiteInput) => Promise<SuitePlanned>;
  /** One light request: is the endpoint there, the key right, the model known? */
  checkEndpoint: (input: { readonly folder: string }) => Promise<void>;
  /** The items of a slice that have no outcome yet, and the counts of those that have. */
  listUnfinishedItems: (input: SliceInput) => Promise<UnfinishedItems>;
  /** Asks the model for one turn's answer and keeps it before anything is parsed. */
  generateAnswer: (input: GenerateInput) => Promise<GeneratedAnswer>;
  /** Extracts the candidate, runs its tests in the sandbox, judges, and keeps the turn's grade. */
  gradeAnswer: (input: GradeInput) => Promise<GradedTurn>;
  /** Writes an item's outcome, once. */
  recordOutcome: (input: RecordInput) => Promise<ItemResult>;
  /** Notes an attempt that ended in an error of ours; the item stays unscored. */
  recordAttempt: (input: AttemptInput) => Promise<void>;
  /** Puts a run's figures into its outbox, and sends what is in it. */
  sendMetrics: (input: MetricsInput) => Promise<MetricsSent>;
  /** Assembles the tables of a run from its outcomes. */
  summarizeRun: (input: { readonly folder: string }) => Promise<{ readonly headline: string }>;
}

/** A run whose figures are sent, and how far that is. */
export interface MetricsRun {
  readonly folder: string;
  readonly hasEnded?: boolean;
  /** Rounds without anything new. */
  readonly quiet?: number;
}

export interface MetricsInput {
  readonly folder: string;
  /** Nothing comes after these figures. */
  readonly isLast: boolean;
}

export interface MetricsSent {
  readonly isNew: boolean;
  readonly nextSeconds: number;
}

/** The steps of a dataset's build; each may be done again, for what is finished is kept. */
export interface BuildActivities {
  /** Runs tests twice, once under coverage. */
  surveyTests: (input: { readonly input: BuildInput; readonly labels: readonly string[] }) => Promise<void>;
  /** Finds the methods that may become rows. */
  chooseMethods: (input: BuildInput) => Promise<MethodsChosen>;
  /** Proves a slice of them, but none of files that give no more rows. */
  proveMethods: (input: ProofInput) => Promise<ProvedMethod[]>;
  /** Writes the file and its datasheet. */
  writeDataset: (input: BuildInput) => Promise<DatasetBuilt>;
}

export interface ProofInput {
  readonly input: BuildInput;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly fullFiles: readonly string[];
}

export interface SuitePlanned {
  readonly suite: string;
  readonly runs: readonly RunPlan[];
  readonly notices: readonly string[];
  readonly identity: SuiteIdentity;
}

export interface SliceInput {
  readonly folder: string;
  readonly from: number;
  readonly to: number;
}

export interface UnfinishedItems {
  readonly items: readonly ItemRef[];
  readonly finished: Counts;
}

export interface GenerateInput extends TurnRef {
  /** Grades of the earlier turns, oldest first. */
  readonly past: readonly string[];
}

export interface GeneratedAnswer {
  readonly answerKey: string;
}

export interface GradeInput extends TurnRef {
  readonly answerKey: string;
}

export interface RecordInput extends ItemRef {
  readonly folder: string;
  readonly startedAt: number;
  /** Grade keys by sample, then turn. */
  readonly samples: readonly (readonly string[])[];
}

export interface AttemptInput extends ItemRef {
  readonly folder: string;
  readonly error: string;
  readonly message: string;
}
