import { z } from 'zod';
import { laneChoices } from '../core/testReport.ts';
import { taskNames } from '../core/row.ts';
import { providerNames, sandboxNames } from '../core/run.ts';
import type {
  GradingPolicy,
  ModelSpec,
  RemoteAccess,
  RunRecord,
  RunRequest,
  TaskPolicy,
} from '../core/run.ts';

const count = z.number().int().nonnegative();
const texts = z.record(z.string(), z.string());

const policySchema: z.ZodType<TaskPolicy> = z.object({
  maxTurns: z.number().int().positive(),
  samples: z.number().int().positive(),
  noFeedback: z.boolean(),
  noMultiturn: z.boolean(),
  noHistory: z.boolean(),
  repairSampling: z.boolean(),
  think: z.boolean(),
  contextSource: z.enum(['file', 'class']),
  repairContext: z.literal('test').nullable(),
  maxContextCharacters: z.number(),
  maxFeedbackCharacters: z.number(),
  genTarget: z.literal('class').exactOptional(),
  derivedDescriptions: z.literal(true).exactOptional(),
  completionForm: z.literal('prefix_suffix').exactOptional(),
  cutPercent: z.literal([25, 75]).exactOptional(),
});

const modelSchema: z.ZodType<ModelSpec> = z.object({
  provider: z.enum(providerNames),
  model: z.string(),
  baseUrls: z.array(z.string()),
  baseUrlEnv: z.string().nullable(),
  apiKeyEnv: z.string().nullable(),
  modelArguments: z.record(z.string(), z.unknown()),
  weightsFolder: z.string().nullable().default(null),
  embedded: z
    .object({ engine: z.string(), contextSize: z.number().nullable(), threads: z.number() })
    .exactOptional(),
  seed: z.number(),
  script: z.string().nullable(),
  requestTimeoutSeconds: z.number(),
  maxRetries: z.number(),
});

const gradingSchema: z.ZodType<GradingPolicy> = z.object({
  provider: z.enum(sandboxNames),
  lane: z.enum(laneChoices),
  strictShare: z.number().default(0),
  timeLimitFactor: z.number(),
  timeLimitFloorSeconds: z.number(),
  memoryBytes: z.number(),
  processes: z.number(),
  fileBytes: z.number(),
  outputBytes: z.number(),
  docker: z
    .object({
      commands: z.string().optional(),
      cpuPeriodMicroseconds: z.number().optional(),
      cpuQuotaMicroseconds: z.number().optional(),
      memoryBytes: z.number().optional(),
      memoryReservationBytes: z.number().optional(),
    })
    .nullable()
    .default(null),
});

const remoteSchema: z.ZodType<RemoteAccess> = z.object({
  tokenEnv: z.string(),
  workers: z.number(),
  maxRetries: z.number(),
  retryDelaySeconds: z.number(),
  timeoutSeconds: z.number(),
});

const requestSchema: z.ZodType<RunRequest> = z.object({
  name: z.string(),
  task: z.enum(taskNames),
  repository: z.string(),
  datasetPath: z.string(),
  unnamedDataset: z.literal(true).exactOptional(),
  maxItems: z.number().nullable(),
  smoke: z.literal(true).exactOptional(),
  skipBadRows: z.boolean(),
  promptsFolder: z.string().nullable(),
  outputFolder: z.string(),
  // Becomes a key in the run's folder: a name, never a path.
  outputFilename: z.string().regex(/^[^/\\\0]+$/, 'expected a file name'),
  allowUnconditional: z.literal(true).exactOptional(),
  embedRows: z.boolean(),
  batchSize: z.number(),
  policy: policySchema,
  model: modelSchema,
  grading: gradingSchema,
  // What every run before this key had.
  warmMemoryBytes: z.number().default(512 * 1024 ** 2),
  remote: remoteSchema.optional(),
  prices: z.object({ inputPerMillion: z.number(), outputPerMillion: z.number() }).nullable(),
});

/** `run.json` as it is read back. */
export const runRecordSchema: z.ZodType<RunRecord> = z.object({
  schema: z.literal(1),
  createdAt: z.string(),
  request: requestSchema,
  lock: texts,
  environment: z.object({ name: z.string(), digest: z.string() }),
  itemCount: count,
  leftOut: z.record(z.string(), count),
  versions: texts,
  quarantined: z.array(z.string()).default([]),
});

/** `items.json`: the run's items in dispatch order, each with its row's position in the dataset. */
export const itemsSchema = z.array(z.object({ item: z.string(), row: count }));
