import { z } from 'zod';
import { cutPercents, taskNames } from '../core/row.ts';
import { providerNames, sandboxNames } from '../core/run.ts';
import { laneChoices } from '../core/testReport.ts';
import { parseBytes } from './bytes.ts';

// Each message completes the sentence "<key> must be …".
const text = z.string({ error: 'text' }).min(1, { error: 'text that is not empty' });
const share = z
  .number({ error: 'a number from 0 to 1' })
  .min(0, { error: 'a number from 0 to 1' })
  .max(1, { error: 'a number from 0 to 1' });
const flag = z.union(
  [z.boolean(), z.enum(['yes', 'on']).transform(() => true), z.enum(['no', 'off']).transform(() => false)],
  { error: 'true or false' },
);
const oneOf = <const Names extends readonly string[]>(names: Names) =>
  z.enum(names, { error: `one of ${names.join(', ')}` });
const wholeNumber = (minimum: number) => {
  const error = `a whole number of at least ${minimum}`;
  return z.int({ error }).min(minimum, { error });
};
const positive = z.number({ error: 'a number above 0' }).positive({ error: 'a number above 0' });
const atLeastZero = z.number({ error: 'a number of at least 0' }).min(0, { error: 'a number of at least 0' });
const bytes = z.union([text, z.number()], { error: 'a size such as 512MiB, or bytes' }).transform(toBytes);
const port = z
  .int({ error: 'a port between 1 and 65535' })
  .min(1, { error: 'a port between 1 and 65535' })
  .max(65535, { error: 'a port between 1 and 65535' });
const ports = z.array(port, { error: 'a list of ports such as [8000, 8001]' }).min(1, {
  error: 'a list of at least one port',
});
const webAddress = text.refine(isWebAddress, {
  error: 'an address that begins with http:// or https:// and holds no password',
});
const baseUrl = z.union([webAddress, z.array(webAddress).min(1)], {
  error: 'an address that begins with http:// or https:// and holds no password, or a list of such addresses',
});
const variableName = text.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
  error: 'the name of an environment variable, such as MY_API_KEY, never the key itself',
});
const modelArguments = z.record(z.string(), z.unknown(), {
  error: 'a mapping such as { temperature: 0.0, max_tokens: 10000 }',
});
const prices = section({ input_per_million: atLeastZero, output_per_million: atLeastZero });
const task = oneOf(taskNames);

const suiteModel = section({
  provider: oneOf(providerNames).optional(),
  model_name: text.optional(),
  label: text.optional(),
  base_url: baseUrl.nullable().optional(),
  api_key_env: variableName.nullable().optional(),
  host: text.optional(),
  ports: ports.optional(),
  model_args: modelArguments.nullable().optional(),
  script: text.nullable().optional(),
  prices: prices.nullable().optional(),
  request_timeout_seconds: positive.optional(),
  max_request_retries: wholeNumber(0).optional(),
  smoke: flag.optional(),
});

const inference = section({
  sandbox_provider: oneOf(sandboxNames),
  sandbox_token_env: variableName,
  provider: oneOf(providerNames),
  model_name: text,
  base_url: baseUrl.nullable(),
  api_key_env: variableName.nullable(),
  host: text,
  ports,
  script: text.nullable(),
  lora_ckpts_dir: text.nullable(),
  lora_ckpts_list: z.array(text.nullable(), { error: 'a list of names' }).nullable(),
  lora_base: flag,
  vllm_args: z.record(z.string(), z.unknown(), {
    error: 'a mapping such as { max_model_len: 32768 }',
  }),
  generation_config: oneOf(['vllm', 'auto']),
  embedded_args: section({
    context_size: wholeNumber(256).nullable(),
    threads: wholeNumber(1).nullable(),
    gpu: oneOf(['auto', 'none']),
  }),
  max_iter: wholeNumber(1),
  turns_for_all_tasks: flag,
  samples: wholeNumber(1),
  think: flag,
  context_source: oneOf(['file', 'class']),
  max_test_feedback_symb: wholeNumber(0),
  max_context_symb: wholeNumber(1),
  max_time_test_norm: atLeastZero.nullable(),
  max_num_tests: wholeNumber(1).nullable(),
  batch_size: wholeNumber(1),
  model_args: modelArguments,
  request_timeout_seconds: positive,
  max_request_retries: wholeNumber(0),
  prices: prices.nullable(),
  no_feedback: flag,
  no_multiturn: flag,
  no_history: flag,
  repair_sampling: flag,
  check_ground_truth: flag,
  log_to_console: flag,
});

const completion = section({
  prompt_form: oneOf(['prefix', 'prefix_suffix']),
  cut: z.literal(cutPercents, { error: `one of ${cutPercents.join(', ')}` }),
}).partial();

/** A whole configuration: all layers merged, every key present. Its defaults are resources/config_default.yaml. */
export const configSchema = section({
  repository: text,
  benchmark: task,
  run_name: text.nullable(),
  benchmark_parameters: section({
    method_gen_multiturn: section({
      gen_target: oneOf(['method', 'class']),
      derived_descriptions: flag,
    }),
    completion: completion.nullable(),
    program_repair: section({ context: z.literal(['test', null], { error: 'test or null' }) }),
  }),
  suite: section({
    tasks: z
      .array(task, { error: 'a list of tasks' })
      .min(1, { error: 'a list of at least one task' })
      .nullable(),
    models: z
      .array(suiteModel, { error: 'a list of models' })
      .min(1, { error: 'a list of at least one model' })
      .nullable(),
    smoke: flag,
    replicas: wholeNumber(1),
  }),
  paths: section({
    output_folder: text,
    output_filename: text.regex(/^[\w.-]+\.jsonl$/, {
      error: 'a file name that ends in .jsonl, without a folder',
    }),
    prompts: text.nullable(),
    docker_commands: text.nullable(),
    local_dir: text.nullable(),
    format_run_name: flag,
  }),
  storage: section({ allow_unconditional: flag }),
  data: section({
    path: text.nullable(),
    skip_bad_rows: flag,
    max_items: z.union([z.null(), z.literal(-1), wholeNumber(1)], {
      error: 'a whole number of at least 1, or null or -1 for all',
    }),
  }),
  wandb: section({ project_name: text.nullable(), run_name: text.nullable() }),
  inference,
  inference_pars: section({
    num_workers: wholeNumber(1),
    max_retries: wholeNumber(0),
    retry_delay: atLeastZero,
    timeout: positive,
  }),
  docker: section({
    cpu_period: wholeNumber(1).nullable(),
    cpu_quota: wholeNumber(1).nullable(),
    memory: bytes.nullable(),
    memory_reservation: bytes.nullable(),
  }),
  grading: section({
    lane: oneOf(laneChoices),
    strict_share: share,
    time_limit_factor: positive,
    time_limit_floor_seconds: positive,
    memory: bytes,
    file_size: bytes,
    output_size: bytes,
    processes: wholeNumber(1),
    warm_memory: bytes,
  }),
  results: section({ embed_rows: flag }),
  temporal: section({ address: text.nullable(), namespace: text.nullable() }),
  analysis: section({
    new_model_label: text.nullable(),
    competitors: z
      .array(section({ label: text, path: text }), { error: 'a list of { label, path }' })
      .nullable(),
  }),
});

export type Config = z.infer<typeof configSchema>;
export type SuiteModel = z.infer<typeof suiteModel>;

/** Keys of one entry of `suite.models`, for hints about unknown keys. */
export const suiteModelKeys: readonly string[] = Object.keys(suiteModel.shape);

function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'invalid_type' ? 'a mapping of keys' : undefined),
  });
}

function isWebAddress(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

function toBytes(value: string | number, context: z.RefinementCtx): number {
  const size = parseBytes(value);
  if (size !== null) return size;
  context.addIssue({ code: 'custom', message: 'a size such as 512MiB, or bytes' });
  return z.NEVER;
}
