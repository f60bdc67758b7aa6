import type { CutPercent, TaskName } from './row.ts';
import { taskNames } from './row.ts';
import type { LaneChoice } from './testReport.ts';

/** How many turns, what the model sees, and the control arms. All of it is part of a run's identity. */
export interface TaskPolicy {
  /** Turns at most; 1 for completion and repair unless `turns_for_all_tasks`. */
  readonly maxTurns: number;
  /** Independent attempts per item, each with a seed of its own. */
  readonly samples: number;
  /** The history stays, the feedback only says that something is wrong. */
  readonly noFeedback: boolean;
  /** Every turn asks the first prompt again. */
  readonly noMultiturn: boolean;
  /** Each turn sees the task and the last answer only. */
  readonly noHistory: boolean;
  /** Every later turn repairs the first answer. */
  readonly repairSampling: boolean;
  /** False appends ` /no_think` to each user message. */
  readonly think: boolean;
  readonly contextSource: 'file' | 'class';
  /** Whether a repair prompt shows the failing tests' output. */
  readonly repairContext: 'test' | null;
  readonly maxContextCharacters: number;
  readonly maxFeedbackCharacters: number;
  /** Generation of whole classes; absent for methods. */
  readonly genTarget?: 'class';
  /** Generation: methods whose description is derived count as well. */
  readonly derivedDescriptions?: true;
  /** Completion: the prompt also shows what follows the method; absent where it ends at the cut, as the published one does. */
  readonly completionForm?: 'prefix_suffix';
  /** Completion: another cut than the one in the middle. */
  readonly cutPercent?: Exclude<CutPercent, 50>;
}

/** What a run asks for, as prompts and extraction tell it apart: a task, or generation of whole classes. */
export const taskKinds = [...taskNames, 'class_generation'] as const;
export type TaskKind = (typeof taskKinds)[number];

/** The kind of a run. */
export function taskKindOf({
  task,
  policy,
}: {
  readonly task: TaskName;
  readonly policy: TaskPolicy;
}): TaskKind {
  return task === 'method_gen_multiturn' && policy.genTarget === 'class' ? 'class_generation' : task;
}

export const providerNames = [
  'vllm',
  'embedded',
  'litellm',
  'openai',
  'reference',
  'stub',
  'scripted',
] as const;
export type ProviderName = (typeof providerNames)[number];

/** What of OpenAI's protocol a model is asked by: base models by completions. */
export const apiNames = ['chat', 'completions', 'responses'] as const;
export type ApiName = (typeof apiNames)[number];

/** How a family of base models is asked to fill a gap in a text. */
export interface FimForm {
  readonly family: string;
  /** With `{prefix}` and `{suffix}`. */
  readonly template: string;
  readonly stop: readonly string[];
}

/** A model and how to reach it. Holds names of environment variables, never keys. */
export interface ModelSpec {
  readonly provider: ProviderName;
  /** The id the endpoint knows. */
  readonly model: string;
  /** Several are replicas; an item always goes to the same one. Empty for our own models. */
  readonly baseUrls: readonly string[];
  /** Variables read when the request is made. */
  readonly baseUrlEnv: string | null;
  readonly apiKeyEnv: string | null;
  readonly modelArguments: Readonly<Record<string, unknown>>;
  /** Folder of the weights (an adapter's, or the model's own) or their file, where it is known; their digest is part of the lock. */
  readonly weightsFolder: string | null;
  /** The model that a LoRA adapter belongs to; absent where there is no adapter. */
  readonly base?: string;
  /** What servers that we start are started with, where it can change an answer: engine, context, flags of vLLM. */
  readonly serverSettings?: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** Scripted model: file with its answers. */
  readonly script: string | null;
  /** Limit of one whole request, in seconds. */
  readonly requestTimeoutSeconds: number;
  /** How often one request's own faults (broken answers, 5xx that others do not get) are retried. */
  readonly maxRetries: number;
  /** Absent: chat. */
  readonly api?: Exclude<ApiName, 'chat'> | undefined;
  readonly fim?: FimForm | undefined;
}

/** How the servers of the `restapi` sandbox are asked; their addresses are in SANDBOX_URL. Changes no result. */
export interface RemoteAccess {
  /** Name of the variable that holds the token. */
  readonly tokenEnv: string;
  /** Candidates at a time for a server that does not say how many it grades. */
  readonly workers: number;
  readonly maxRetries: number;
  readonly retryDelaySeconds: number;
  /** To connect, and for an answer beyond the candidate's own time limit. */
  readonly timeoutSeconds: number;
}

/** What may contain a run's candidates; `none` runs nothing. */
export const runSandboxNames = ['bubblewrap', 'docker', 'restapi', 'none'] as const;
export type RunSandboxName = (typeof runSandboxNames)[number];

/** The same as a configuration may name it: `local` is decided once, where the run is planned. */
export const sandboxNames = ['local', ...runSandboxNames] as const;
export type SandboxName = (typeof sandboxNames)[number];

/** The published suite's own settings of Docker; what was not written is not here. */
export interface DockerSettings {
  /** Lines for the Dockerfile, after its FROM. */
  readonly commands?: string | undefined;
  readonly cpuPeriodMicroseconds?: number | undefined;
  readonly cpuQuotaMicroseconds?: number | undefined;
  readonly memoryBytes?: number | undefined;
  readonly memoryReservationBytes?: number | undefined;
}

export interface GradingPolicy {
  /** A run's record never says `local`. */
  readonly provider: SandboxName;
  readonly lane: LaneChoice;
  /** Share of the verdicts of faster lanes that `strict` checks, 0…1. */
  readonly strictShare: number;
  readonly timeLimitFactor: number;
  readonly timeLimitFloorSeconds: number;
  readonly memoryBytes: number;
  readonly processes: number;
  readonly fileBytes: number;
  readonly outputBytes: number;
  /** Null where nothing was written, or Docker is not the provider. */
  readonly docker: DockerSettings | null;
}

/** Prices in one currency per million tokens, for estimates only. */
export interface Prices {
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
}

/** How fast a model may be asked, and how much; null where nothing was written. Changes no result. */
export interface Feeding {
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  /** Tokens in and out that a run may use up. */
  readonly budgetTokens: number | null;
  /** The same in the currency of its prices. */
  readonly budgetCost: number | null;
}

/** Of a run that is fed without limits. */
export const unlimited: Feeding = {
  requestsPerMinute: null,
  tokensPerMinute: null,
  budgetTokens: null,
  budgetCost: null,
};

/** Where a run's figures are sent; changes no result. The key is in the worker's environment. */
export interface WandbSettings {
  readonly mode: 'online' | 'offline';
  readonly project: string;
  /** Null = the key's own. */
  readonly entity: string | null;
  readonly baseUrl: string;
  readonly email: string | null;
}

/** One run as the config asks for it: one task, one model, one dataset. Paths are absolute. */
export interface RunRequest {
  /** Safe in file names and URLs; the folder's name under the output folder and the id `bench/<name>`. */
  readonly name: string;
  readonly task: TaskName;
  readonly repository: string;
  readonly datasetPath: string;
  /** Nobody named a dataset: the published one is tried, then the shipped one. */
  readonly unnamedDataset?: true;
  /** Rows at most, in the dataset's order; null = all. */
  readonly maxItems: number | null;
  /** A trial of the path with few items and a short context; absent for runs that measure. */
  readonly smoke?: true;
  readonly skipBadRows: boolean;
  /** Folder of edited prompts, or null for the shipped ones. */
  readonly promptsFolder: string | null;
  readonly outputFolder: string;
  readonly outputFilename: string;
  /** A bucket whose store ignores conditional writes is used all the same. */
  readonly allowUnconditional?: true;
  readonly embedRows: boolean;
  /** Requests in flight; more items are open. */
  readonly batchSize: number;
  readonly policy: TaskPolicy;
  readonly model: ModelSpec;
  readonly grading: GradingPolicy;
  /** Memory of booted targets that each slot keeps, at most: it changes how fast a run is, never a result. */
  readonly warmMemoryBytes: number;
  /** For the provider `restapi` only. */
  readonly remote?: RemoteAccess | undefined;
  readonly prices: Prices | null;
  readonly feeding?: Feeding | undefined;
  /** Folders of runs whose answers are taken where the request is exactly the same. */
  readonly replay?: readonly string[] | undefined;
  /** Folder of a run whose answers are graded again: no model is asked. */
  readonly regradeOf?: string | undefined;
  readonly wandb?: WandbSettings;
}

/** Several runs submitted together. */
export interface SuiteRequest {
  readonly name: string;
  readonly runs: readonly RunRequest[];
  /** One line each, printed once: substitutes, settings of the original that have no effect … */
  readonly notices: readonly string[];
}

/**
 * `run.json`: the request, and the digests of all that can change a result. A later submit must find the same
 * `lock`, or is refused with the keys that differ.
 */
export interface RunRecord {
  readonly schema: 1;
  readonly createdAt: string;
  readonly request: RunRequest;
  readonly lock: Readonly<Record<string, string>>;
  readonly environment: { readonly name: string; readonly digest: string };
  /** Item ids in dispatch order with the row's position in the dataset. */
  readonly itemCount: number;
  /** Rows the task cannot use, by reason, e.g. `file_exceeds_context`. */
  readonly leftOut: Readonly<Record<string, number>>;
  readonly versions: Readonly<Record<string, string>>;
  /** Items whose tests were in quarantine when the run was begun: unsteady on the reference itself. */
  readonly quarantined: readonly string[];
}
