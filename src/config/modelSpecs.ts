import { existsSync } from 'node:fs';
import { ConfigError } from '../core/errors.ts';
import type { ModelSpec, Prices, ProviderName } from '../core/run.ts';
import { absolutePath, localPath } from './configPaths.ts';
import { ggufOf } from './embeddedModel.ts';
import { fimForm } from './fimFamilies.ts';
import { serverSettingsOf } from './serverSettings.ts';
import { placeOf } from './layers.ts';
import type { LoadedConfig } from './loadConfig.ts';
import type { Config, SuiteModel } from './schema.ts';
import { readAdapters, refuseOtherBase, type Adapter } from '../models/serving/adapters.ts';

/** A model of a suite with its label in run names and its prices. */
export interface SuiteMember {
  readonly label: string;
  readonly spec: ModelSpec;
  readonly smoke: boolean;
  readonly prices: Prices | null;
}

/** The models that a config asks for: those of the suite, else the one of `inference`. */
export function modelsOf(config: LoadedConfig): SuiteMember[] {
  const { inference, suite } = config.values;
  if (inference.check_ground_truth)
    return [memberOf(config, { entry: { provider: 'reference' }, at: 'inference' })];
  if (inference.lora_ckpts_dir !== null && inference.provider === 'vllm') return sweepOf(config);
  if (suite.models === null) return [memberOf(config, { entry: {}, at: 'inference' })];
  const entries = suite.models.map((entry, index) => ({ entry, at: `suite.models.${index}` }));
  return entries
    .filter(({ entry }) => suite.smoke || entry.smoke !== true)
    .map((entry) => memberOf(config, entry));
}

/** One run per adapter of a folder, and one of their base where it is wanted. */
export function adaptersOf(config: LoadedConfig): Adapter[] {
  const { lora_ckpts_dir: folder, lora_ckpts_list: wanted } = config.values.inference;
  if (folder === null) return [];
  const adapters = readAdapters(localPath(config, 'inference.lora_ckpts_dir', folder), wanted);
  refuseOtherBase(adapters, config.values.inference.model_name);
  return adapters;
}

function sweepOf(config: LoadedConfig): SuiteMember[] {
  const base = memberOf(config, { entry: {}, at: 'inference' });
  const members = adaptersOf(config).map(({ name, folder }): SuiteMember => {
    const spec = { ...base.spec, model: name, base: base.spec.model, weightsFolder: folder };
    return { ...base, label: name, spec };
  });
  return config.values.inference.lora_base ? [base, ...members] : members;
}

interface Entry {
  readonly entry: SuiteModel;
  /** Dotted path of what is described, for messages and relative paths. */
  readonly at: string;
}

function memberOf(config: LoadedConfig, { entry, at }: Entry): SuiteMember {
  const { inference } = config.values;
  const provider = entry.provider ?? inference.provider;
  // An address or a key belongs to one provider: an entry with another one does not inherit it.
  const inherited: Partial<Config['inference']> = provider === inference.provider ? inference : {};
  const ours = provider === 'reference' || provider === 'stub' || provider === 'scripted';
  const model = entry.model_name ?? (ours ? provider : inference.model_name);
  const { seed, modelArguments } = argumentsOf(config, { entry, at });
  const spec: ModelSpec = {
    provider,
    model,
    ...endpointOf({ provider, merged: { ...inherited, ...entry }, config }),
    weightsFolder: weightsOf(config, { provider, model, at }),
    ...serverSettingsOf(config, provider),
    modelArguments: provider === 'reference' || provider === 'stub' ? {} : modelArguments,
    seed,
    script: scriptOf(config, {
      provider,
      at,
      script: entry.script ?? inference.script,
      own: entry.script != null,
    }),
    requestTimeoutSeconds: entry.request_timeout_seconds ?? inference.request_timeout_seconds,
    maxRetries: entry.max_request_retries ?? inference.max_request_retries,
    ...(ours ? {} : apiOf(config, { entry, at })),
  };
  const prices = entry.prices === undefined ? inference.prices : entry.prices;
  const smoke = entry.smoke === true;
  const label = entry.label ?? model;
  return { label, spec, smoke, prices: ours || prices === null ? null : pricesOf(prices) };
}

/** By what it is asked, and how it fills gaps; usual values are absent. */
function apiOf(config: LoadedConfig, { entry, at }: Entry): Pick<ModelSpec, 'api' | 'fim'> {
  const api = entry.api ?? config.values.inference.api;
  const family = entry.fim === undefined ? config.values.inference.fim : entry.fim;
  const fimAt = entry.fim === undefined ? 'inference.fim' : `${at}.fim`;
  const place = placeOf(fimAt.split('.'), config.written);
  const fim = family === null ? {} : { fim: fimForm(family, `${place}${fimAt} `) };
  if (family !== null && api !== 'completions') {
    throw new ConfigError(
      `${place}${fimAt}: ${family} is for base models; set api: completions, or fim: null.`,
    );
  }
  return { ...(api !== 'chat' && { api }), ...fim };
}

interface Named {
  readonly provider: ProviderName;
  readonly model: string;
  readonly at: string;
}

/** The file of an embedded model, or the folder on this machine by which a model of vLLM is named. */
function weightsOf(config: LoadedConfig, { provider, model, at }: Named): string | null {
  if (provider === 'embedded') return ggufOf(config, { model, at });
  if (provider !== 'vllm') return null;
  const folder = absolutePath(config, 'inference.model_name', model);
  return /^(\.{0,2}\/|~)/.test(model) && existsSync(folder) ? folder : null;
}

function argumentsOf(
  config: LoadedConfig,
  { entry, at }: Entry,
): {
  seed: number;
  modelArguments: Record<string, unknown>;
} {
  const merged = Object.entries({ ...config.values.inference.model_args, ...entry.model_args });
  const kept = merged.filter(([, value]) => value !== null);
  const { seed, ...modelArguments } = Object.fromEntries(kept);
  if (typeof seed === 'number' && Number.isSafeInteger(seed)) return { seed, modelArguments };
  const place = placeOf([...at.split('.'), 'model_args', 'seed'], config.written);
  throw new ConfigError(
    `${place}${at}.model_args.seed must be a whole number: each sample's seed is counted from it.`,
  );
}

interface EndpointInput {
  readonly provider: ProviderName;
  readonly merged: Partial<Config['inference']> | SuiteModel;
  readonly config: LoadedConfig;
}

function endpointOf(input: EndpointInput): Pick<ModelSpec, 'baseUrls' | 'baseUrlEnv' | 'apiKeyEnv'> {
  const { provider, merged, config } = input;
  const given = merged.base_url ?? null;
  const baseUrls = given === null ? [] : [given].flat();
  const apiKeyEnv = merged.api_key_env ?? null;
  if (provider === 'litellm') {
    const baseUrlEnv = given === null ? 'LITELLM_ENDPOINT' : null;
    return { baseUrls, baseUrlEnv, apiKeyEnv: apiKeyEnv ?? 'LITELLM_KEY' };
  }
  if (provider === 'vllm') {
    const { host, ports } = config.values.inference;
    const servers = (merged.ports ?? ports).map((port) => `http://${merged.host ?? host}:${port}/v1`);
    return { baseUrls: given === null ? servers : baseUrls, baseUrlEnv: null, apiKeyEnv };
  }
  // Its servers are ours, and their addresses are added when they are started.
  if (provider === 'embedded') return { baseUrls, baseUrlEnv: null, apiKeyEnv: null };
  if (provider !== 'openai') return { baseUrls: [], baseUrlEnv: null, apiKeyEnv: null };
  if (given !== null) return { baseUrls, baseUrlEnv: null, apiKeyEnv };
  return { baseUrls, baseUrlEnv: 'OPENAI_BASE_URL', apiKeyEnv: apiKeyEnv ?? 'OPENAI_API_KEY' };
}

interface ScriptInput {
  readonly provider: ProviderName;
  readonly at: string;
  readonly script: string | null;
  readonly own: boolean;
}

function scriptOf(config: LoadedConfig, { provider, at, script, own }: ScriptInput): string | null {
  if (provider !== 'scripted') return null;
  const key = own ? `${at}.script` : 'inference.script';
  const place = placeOf(key.split('.'), config.written);
  if (script === null)
    throw new ConfigError(`${place}${key} must name the file with the scripted model's answers.`);
  const path = absolutePath(config, key, script);
  if (!existsSync(path)) throw new ConfigError(`${place}${key}: no such file: ${path}`);
  return path;
}

function pricesOf(prices: { input_per_million: number; output_per_million: number }): Prices {
  return { inputPerMillion: prices.input_per_million, outputPerMillion: prices.output_per_million };
}
