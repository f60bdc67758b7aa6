import { ConfigError } from '../core/errors.ts';
import type { ModelSpec, ProviderName } from '../core/run.ts';
import type { Model } from '../ports/model.ts';
import type { Dialect } from './address.ts';
import { liteLlmDialect } from './litellm.ts';
import { createOpenAiCompatibleModel, explainGap, openAiDialect } from './openaiCompatible.ts';
import type { Environment } from './openaiCompatible.ts';
import { createReferenceModel } from './reference.ts';
import { createScriptedModel } from './scripted.ts';
import { createStubModel } from './stub.ts';
import { vllmDialect } from './vllm.ts';

/** The model of a spec. Addresses and keys named by variables are read from the environment at each request. */
export function createModel(spec: ModelSpec, environment: Environment): Model {
  const create = Object.hasOwn(models, spec.provider) ? models[spec.provider] : undefined;
  if (create !== undefined) return create(spec, environment);
  throw new ConfigError(
    `There is no model provider "${spec.provider}".\nThere are: ${Object.keys(models).join(', ')}.`,
  );
}

/** What an environment lacks for the model of a spec, in words; null where it has all. */
export function explainModelGap(spec: ModelSpec, environment: Environment): string | null {
  const dialect = dialects[spec.provider];
  return dialect === undefined ? null : explainGap({ spec, environment, dialect });
}

const dialects: Readonly<Partial<Record<ProviderName, Dialect>>> = {
  vllm: vllmDialect,
  embedded: vllmDialect,
  litellm: liteLlmDialect,
  openai: openAiDialect,
};

const models: Readonly<Record<ProviderName, (spec: ModelSpec, environment: Environment) => Model>> = {
  vllm: (spec, environment) => createOpenAiCompatibleModel({ spec, environment, dialect: vllmDialect }),
  embedded: (spec, environment) => createOpenAiCompatibleModel({ spec, environment, dialect: vllmDialect }),
  litellm: (spec, environment) => createOpenAiCompatibleModel({ spec, environment, dialect: liteLlmDialect }),
  openai: (spec, environment) => createOpenAiCompatibleModel({ spec, environment, dialect: openAiDialect }),
  reference: createReferenceModel,
  stub: createStubModel,
  scripted: createScriptedModel,
};
