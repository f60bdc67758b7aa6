import type { Dialect } from './address.ts';

/**
 * A LiteLLM proxy. It retries, answers from a cache and falls back to other models by itself, which would blur
 * what was measured: switched off with its own request fields, unless model_args says otherwise.
 */
export const liteLlmDialect: Dialect = {
  baseUrlEnv: 'LITELLM_ENDPOINT',
  apiKeyEnv: 'LITELLM_KEY',
  defaultBaseUrl: null,
  addVersion: true,
  bodyDefaults: { num_retries: 0, disable_fallbacks: true, cache: { 'no-cache': true, 'no-store': true } },
};
