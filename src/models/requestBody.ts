import type { ModelRequest } from '../ports/model.ts';
import type { Dialect } from './address.ts';

/** Where a request goes below the base URL. */
export function pathOf({ api }: ModelRequest): '/chat/completions' | '/completions' | '/responses' {
  return api === undefined ? '/chat/completions' : `/${api}`;
}

/**
 * The body of a request: model_args as they are; what identifies the request cannot be overwritten by them.
 * `seed: null` sends no seed.
 */
export function composeBody(request: ModelRequest, dialect: Dialect): Record<string, unknown> {
  const { model, messages, prompt, modelArguments, seed, api } = request;
  if (api === 'responses') return responsesBody(request, dialect);
  const asked = api === 'completions' ? { prompt } : { messages };
  const body: Record<string, unknown> = { ...dialect.bodyDefaults, ...modelArguments, model, ...asked };
  if (modelArguments['seed'] === null) delete body['seed'];
  else body['seed'] = seed;
  return body;
}

/** The Responses API calls max_tokens otherwise, knows no seed, and keeps answers unless it is told not to. */
function responsesBody(
  { model, messages, modelArguments }: ModelRequest,
  dialect: Dialect,
): Record<string, unknown> {
  const { max_tokens, ...others } = modelArguments;
  const limit = max_tokens === undefined ? {} : { max_output_tokens: max_tokens };
  return { store: false, ...dialect.bodyDefaults, ...limit, ...others, model, input: messages };
}
