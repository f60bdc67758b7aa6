import type { Dialect } from './address.ts';

/** vLLM servers that run already; several base URLs are replicas. */
export const vllmDialect: Dialect = {
  baseUrlEnv: null,
  apiKeyEnv: null,
  defaultBaseUrl: null,
  addVersion: true,
  bodyDefaults: {},
};
