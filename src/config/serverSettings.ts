import type { ModelSpec, ProviderName } from '../core/run.ts';
import { embeddedSettings } from './embeddedModel.ts';
import type { LoadedConfig } from './loadConfig.ts';

/** Flags of vLLM that say where and how fast it works; a run may go on with others. */
const changesNoAnswer = new Set([
  ...['host', 'port', 'api_key', 'served_model_name', 'download_dir', 'uvicorn_log_level'],
  ...['gpu_memory_utilization', 'max_num_seqs', 'max_num_batched_tokens', 'swap_space', 'cpu_offload_gb'],
  ...[
    'enable_prefix_caching',
    'max_loras',
    'max_cpu_loras',
    'max_lora_rank',
    'enable_lora',
    'disable_log_requests',
  ],
]);

/** What servers are started with and what of it can change an answer; usual values are absent. */
export function serverSettingsOf(
  config: LoadedConfig,
  provider: ProviderName,
): Pick<ModelSpec, 'serverSettings'> {
  if (provider === 'embedded') return { serverSettings: { ...embeddedSettings(config) } };
  if (provider !== 'vllm') return {};
  const { vllm_args: flags, generation_config } = config.values.inference;
  const named = Object.entries(flags).map(([name, value]): [string, unknown] => [
    name.replaceAll('-', '_'),
    value,
  ]);
  const kept = named.filter(([name, value]) => value !== null && !changesNoAnswer.has(name));
  const settings = {
    ...Object.fromEntries(kept),
    ...(generation_config === 'auto' && { generation_config }),
  };
  return Object.keys(settings).length === 0 ? {} : { serverSettings: settings };
}
