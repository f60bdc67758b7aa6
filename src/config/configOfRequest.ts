import { basename, dirname } from 'node:path';
import type { GradingPolicy, ModelSpec, RunRequest } from '../core/run.ts';
import { findDataset } from './configPaths.ts';

/** A configuration that asks for the same run again, as a document of keys; addresses of started servers are not in it. */
export function configOfRequest(
  request: RunRequest,
  how: { readonly startsServers: boolean },
): Record<string, unknown> {
  const { task, policy, grading } = request;
  return withoutEmpty({
    repository: request.repository,
    benchmark: task,
    benchmark_parameters: withoutEmpty({
      method_gen_multiturn: withoutEmpty({
        gen_target: policy.genTarget,
        derived_descriptions: policy.derivedDescriptions,
      }),
      completion: withoutEmpty({ prompt_form: policy.completionForm, cut: policy.cutPercent }),
      program_repair: { context: policy.repairContext },
    }),
    data: withoutEmpty({
      path: datasetName(request.datasetPath),
      max_items: request.maxItems ?? -1,
      skip_bad_rows: request.skipBadRows,
    }),
    paths: withoutEmpty({
      prompts: request.promptsFolder ?? undefined,
      output_filename: request.outputFilename,
    }),
    inference: { ...inferenceOf(request), ...modelOf(request.model, how.startsServers) },
    ...gradingOf(grading),
    results: { embed_rows: request.embedRows },
  });
}

function gradingOf(grading: GradingPolicy): Record<string, unknown> {
  return {
    grading: {
      lane: grading.lane,
      strict_share: grading.strictShare,
      time_limit_factor: grading.timeLimitFactor,
      time_limit_floor_seconds: grading.timeLimitFloorSeconds,
      memory: grading.memoryBytes,
      file_size: grading.fileBytes,
      output_size: grading.outputBytes,
      processes: grading.processes,
    },
    docker: withoutEmpty({
      cpu_period: grading.docker?.cpuPeriodMicroseconds,
      cpu_quota: grading.docker?.cpuQuotaMicroseconds,
      memory: grading.docker?.memoryBytes,
      memory_reservation: grading.docker?.memoryReservationBytes,
    }),
  };
}

function inferenceOf({ task, policy, grading, batchSize, remote }: RunRequest): Record<string, unknown> {
  const arms = {
    no_feedback: policy.noFeedback,
    no_multiturn: policy.noMultiturn,
    no_history: policy.noHistory,
    repair_sampling: policy.repairSampling,
  };
  const loops = policy.maxTurns > 1 || Object.values(arms).some(Boolean);
  return {
    sandbox_provider: grading.provider,
    ...(remote !== undefined && { sandbox_token_env: remote.tokenEnv }),
    max_iter: policy.maxTurns,
    turns_for_all_tasks: task !== 'method_gen_multiturn' && loops,
    samples: policy.samples,
    think: policy.think,
    context_source: policy.contextSource,
    max_context_symb: policy.maxContextCharacters,
    max_test_feedback_symb: policy.maxFeedbackCharacters,
    batch_size: batchSize,
    ...arms,
  };
}

/** Defaults that the run did not send are taken away by name. */
function modelOf(model: ModelSpec, startsServers: boolean): Record<string, unknown> {
  const unsent = Object.fromEntries(
    ['temperature', 'max_tokens']
      .filter((name) => !(name in model.modelArguments))
      .map((name) => [name, null]),
  );
  return withoutEmpty({
    provider: model.provider,
    model_name: model.base ?? model.model,
    api: model.api,
    fim: model.fim?.family,
    ...(model.base !== undefined &&
      model.weightsFolder !== null && {
        lora_ckpts_dir: dirname(model.weightsFolder),
        lora_ckpts_list: [model.model],
      }),
    base_url: startsServers || model.provider === 'embedded' ? undefined : model.baseUrls,
    api_key_env: model.apiKeyEnv ?? undefined,
    script: model.script ?? undefined,
    model_args: { ...unsent, ...model.modelArguments, seed: model.seed },
    request_timeout_seconds: model.requestTimeoutSeconds,
    max_request_retries: model.maxRetries,
    ...serverKeys(model),
  });
}

function serverKeys({ provider, serverSettings = {} }: ModelSpec): Record<string, unknown> {
  if (provider === 'embedded') {
    const { context_size, threads } = serverSettings;
    return { embedded_args: { context_size, threads } };
  }
  const { generation_config, ...flags } = serverSettings;
  return { generation_config, vllm_args: Object.keys(flags).length === 0 ? undefined : flags };
}

/** A set that is shipped or built has the same name on every machine. */
function datasetName(path: string): string {
  const name = basename(path).replace(/\.jsonl(\.(gz|zst))?$/, '');
  return findDataset(name) === path ? name : path;
}

function withoutEmpty(values: Record<string, unknown>): Record<string, unknown> {
  const isEmpty = (value: unknown): boolean =>
    value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value)));
}
