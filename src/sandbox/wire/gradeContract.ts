import { z } from 'zod';
import { testStatuses } from '../../core/row.ts';
import { laneChoices } from '../../core/testReport.ts';
import type { SandboxRequest } from '../../ports/sandbox.ts';

/** Says that a server is one of ours; other servers have only the route `/run_item`. */
export const serviceName = 'triathlon-sandbox';

const gibibyte = 1024 ** 3;
const seconds = z.number().positive().max(3600);

export const limitsSchema = z.strictObject({
  wallSeconds: seconds,
  cpuSeconds: seconds,
  memoryBytes: z
    .int()
    .min(1024 ** 2)
    .max(64 * gibibyte),
  processes: z.int().min(1).max(4096),
  fileBytes: z.int().min(0).max(gibibyte),
  outputBytes: z.int().min(0).max(gibibyte),
});

const methodText = z.strictObject({ line: z.int().min(1), code: z.string() });

/** Every field of a request travels, but what only servers without this route need, and what only saves time here. */
type Travelling = Record<keyof Omit<SandboxRequest, 'originalContent' | 'bootTests'>, z.ZodType>;

const gradeFields = {
  environment: z
    .string()
    .regex(/^(?:sha256:[0-9a-f]{64}|[a-z][a-z0-9_-]{0,63})$/)
    .meta({ description: 'Digest (sha256:…) or name of an environment that the server has.' }),
  filePath: z
    .string()
    .min(1)
    .max(1000)
    .meta({ description: 'The file to replace, relative to the source tree.' }),
  fileContent: z.string().meta({ description: 'The whole file with the candidate in it.' }),
  qualifiedName: z
    .string()
    .min(1)
    .max(1000)
    .meta({ description: 'Where the candidate is in the file, e.g. QuerySet._clone.' }),
  tests: z
    .array(z.string().min(1).max(1000))
    .max(100_000)
    .meta({ description: 'Ids of the tests: exactly these are run.' }),
  limits: limitsSchema,
  lane: z
    .enum(laneChoices)
    .optional()
    .meta({ description: 'How fresh the process is; strict where it is left out.' }),
  strictShare: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .meta({ description: 'Share of the verdicts of faster lanes that strict checks.' }),
  secondLook: z.enum(['when_drawn']).optional().meta({
    description: "For variants of the repository's own code: strict checks that share and nothing else.",
  }),
  integrity: z
    .strictObject({ candidate: methodText, reference: methodText, suspicions: z.array(z.string()).max(1000) })
    .optional()
    .meta({ description: 'What it takes to tell an honest pass from a forged one.' }),
} satisfies Travelling;

/** Body of `POST /v1/grade`. */
export const gradeBodySchema = z.strictObject(gradeFields);

export type GradeBody = z.infer<typeof gradeBodySchema>;

const testResult = z.strictObject({
  status: z.enum(testStatuses),
  seconds: z.number(),
  message: z.string(),
});

/** A test report as it travels; the server's own additions come along. */
export const reportSchema = z.looseObject({
  ended: z.enum(['completed', 'timed_out', 'out_of_memory', 'crashed']),
  tests: z.record(z.string(), testResult),
  output: z.string(),
  wallSeconds: z.number(),
  cpuSeconds: z.number(),
  peakMemoryBytes: z.number(),
  flags: z.array(z.string()),
  lane: z.enum(['full', 'pre', 'strict']),
  provider: z.string(),
});

/** Answer of `POST /v1/grade`. */
export const gradeAnswerSchema = z.object({
  report: reportSchema,
  versions: z.object({ runner: z.string(), environment: z.string(), provider: z.string() }),
});

/** Answer of `GET /v1/environments`. */
export const environmentsSchema = z.object({
  environments: z.array(
    z.object({
      name: z.string(),
      digest: z.string(),
      adapter: z.string(),
      current: z.boolean().meta({ description: 'The one that its name alone stands for.' }),
    }),
  ),
});

export type EnvironmentsAnswer = z.infer<typeof environmentsSchema>;

/** Answer of `GET /healthz`. */
export const healthSchema = z.object({
  service: z.literal(serviceName),
  provider: z.string(),
  runner: z.string(),
  slots: z.int().positive(),
  running: z.int(),
  waiting: z.int(),
});

/** Every answer that is not 2xx. */
export const problemSchema = z.object({
  code: z.string().meta({ description: 'For programs, e.g. unknown_environment.' }),
  detail: z.string().meta({ description: 'For people: what was expected, what was found, what to do.' }),
});
