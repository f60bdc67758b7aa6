import { maximumRank, type Adapter } from './adapters.ts';

/** A vLLM server to be started. */
export interface VllmPlan {
  readonly kind: 'vllm';
  /** A hub id or a folder. */
  readonly model: string;
  /** The name it is asked by. */
  readonly servedName: string;
  readonly adapters: readonly Adapter[];
  readonly port: number;
  /** GPUs of this server; empty leaves the choice to vLLM (a machine without GPUs, or all of them). */
  readonly gpuIds: readonly string[];
  /** `vllm`: vLLM's own sampling defaults; `auto`: those of the model's generation_config.json. */
  readonly generationConfig: 'vllm' | 'auto';
  /** Any flag of vLLM, by its name with underscores or dashes. */
  readonly vllmArguments: Readonly<Record<string, unknown>>;
}

/** Arguments of `vllm` for a plan. A flag that the user set wins over ours. */
export function vllmArguments(plan: VllmPlan): string[] {
  const given = new Map(
    Object.entries(plan.vllmArguments).map(([name, value]) => [name.replaceAll('_', '-'), value]),
  );
  const ours: Record<string, unknown> = {
    host: '127.0.0.1',
    port: plan.port,
    'served-model-name': plan.servedName,
    'generation-config': plan.generationConfig,
    ...(plan.adapters.length > 0 && adapterArguments(plan.adapters)),
  };
  const merged = { ...ours, ...Object.fromEntries(given) };
  return ['serve', plan.model, ...Object.entries(merged).flatMap(([name, value]) => flag(name, value))];
}

/** GPUs in groups, as many to a server as the user's parallelism needs. */
export function gpuGroups(
  gpuIds: readonly string[],
  vllmArguments: Readonly<Record<string, unknown>>,
): string[][] {
  const size = ['tensor_parallel_size', 'pipeline_parallel_size']
    .map((name) => Number(vllmArguments[name] ?? vllmArguments[name.replaceAll('_', '-')] ?? 1))
    .reduce((product, factor) => product * (Number.isInteger(factor) && factor > 0 ? factor : 1), 1);
  const groups: string[][] = [];
  for (let from = 0; from + size <= gpuIds.length; from += size) groups.push(gpuIds.slice(from, from + size));
  return groups;
}

/** All adapters are loaded at the start; a few of them may share a batch. */
function adapterArguments(adapters: readonly Adapter[]): Record<string, unknown> {
  return {
    'enable-lora': true,
    'lora-modules': adapters.map(({ name, folder }) => `${name}=${folder}`),
    'max-lora-rank': maximumRank(adapters),
    'max-loras': Math.min(adapters.length, 4),
    'max-cpu-loras': adapters.length,
  };
}

function flag(name: string, value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (value === true) return [`--${name}`];
  if (value === false) return [`--no-${name}`];
  if (Array.isArray(value)) return [`--${name}`, ...value.map(asText)];
  return [`--${name}`, asText(value)];
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
