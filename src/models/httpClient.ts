import { APIError, OpenAI } from 'openai';
import type { Dispatcher } from 'undici';
import type { Address } from './address.ts';
import { createBoundedFetch, startDeadline } from './transport.ts';

/** One request to a model's endpoint. */
export interface HttpCall {
  readonly dispatcher: Dispatcher;
  readonly address: Address;
  readonly method: 'get' | 'post';
  readonly path: '/chat/completions' | '/completions' | '/responses' | '/models';
  readonly body?: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly timeoutSeconds: number;
}

/** A whole body, and the headers before it. */
export interface Received {
  readonly text: string;
  readonly headers: Headers;
}

/**
 * Sends one request, once, and returns what came. Throws ModelError `endpoint` after too long a wait, else what
 * the SDK or the connection threw. Aborting closes the socket; a caller that catches asks its own signal first.
 */
export async function sendOnce(call: HttpCall): Promise<Received> {
  call.signal.throwIfAborted();
  const deadline = startDeadline(call.timeoutSeconds, call.address.shown);
  const signal = AbortSignal.any([call.signal, deadline.signal]);
  const client = openClient(call.address, createBoundedFetch(call.dispatcher));
  try {
    const response = await client[call.method](call.path, { body: call.body, signal }).asResponse();
    return { text: await response.text(), headers: response.headers };
  } catch (error) {
    // The SDK and undici throw errors of their own on abort, whose names say nothing.
    deadline.signal.throwIfAborted();
    throw error;
  } finally {
    deadline.clear();
  }
}

/** Keeps the whole body of an error: the SDK keeps only its `error` field, which vLLM and FastAPI do not write. */
class WholeErrorClient extends OpenAI {
  protected override makeStatusError(
    ...[status, error, message, headers]: Parameters<OpenAI['makeStatusError']>
  ): APIError {
    return new APIError(status, error, message, headers);
  }
}

/** Key and address are given, so that the SDK takes none from the process’s environment; retries belong to the caller. */
function openClient(address: Address, fetch: typeof globalThis.fetch): OpenAI {
  const unwanted = { 'X-Stainless-Timeout': null, 'X-Stainless-Retry-Count': null };
  return new WholeErrorClient({
    baseURL: address.baseUrl,
    defaultQuery: { ...address.query },
    apiKey: address.key ?? 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    defaultHeaders: address.key === null ? { ...unwanted, Authorization: null } : unwanted,
    maxRetries: 0,
    timeout: 2 ** 31 - 1,
    logLevel: 'off',
    fetch,
  });
}
