import { Agent, EnvHttpProxyAgent, fetch as undiciFetch, Response as UndiciResponse } from 'undici';
import type { Dispatcher, RequestInit as UndiciRequestInit } from 'undici';
import { ModelError } from '../core/errors.ts';

/**
 * A model may think for an hour before the first byte: Node's own fetch would give up after five minutes.
 * Our own deadline decides how long is too long. No limit on connections: the worker's slots are one.
 */
export const agentOptions = {
  headersTimeout: 0,
  bodyTimeout: 0,
  connections: null,
  connect: { timeout: 30_000 },
} as const;

/** A longer body is cut here, and so does not parse. */
export const longestBodyBytes = 32 * 2 ** 20;

const longestTimer = 2 ** 31 - 1;

/** Connections of one model; through a proxy where the environment names one, never for this machine itself. */
export function createDispatcher(environment: Readonly<Record<string, string | undefined>>): Dispatcher {
  const read = (name: string): string | undefined =>
    environment[name.toLowerCase()] || environment[name] || undefined;
  const httpProxy = read('HTTP_PROXY');
  const httpsProxy = read('HTTPS_PROXY');
  if (httpProxy === undefined && httpsProxy === undefined) return new Agent(agentOptions);
  const noProxy = [read('NO_PROXY'), 'localhost', '127.0.0.1', '::1'].filter(Boolean).join(',');
  return new EnvHttpProxyAgent({
    ...agentOptions,
    ...(httpProxy ? { httpProxy } : {}),
    ...(httpsProxy ? { httpsProxy } : {}),
    noProxy,
  });
}

/** Ends a request that takes too long. */
export interface Deadline {
  readonly signal: AbortSignal;
  clear(): void;
}

/** Starts counting; the signal's reason is ModelError `endpoint`. */
export function startDeadline(seconds: number, address: string): Deadline {
  const controller = new AbortController();
  const abort = (): void => {
    const message = `The model endpoint ${address} gave no whole answer in ${seconds} s (request_timeout_seconds).`;
    controller.abort(new ModelError(message, { fault: 'endpoint' }));
  };
  const timer = setTimeout(abort, Math.min(Math.ceil(seconds * 1000), longestTimer));
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}

/** undici's own fetch over the dispatcher (both from the same undici), with a bound on the body's length. */
export function createBoundedFetch(dispatcher: Dispatcher): typeof globalThis.fetch {
  const bounded = async (input: string, init: UndiciRequestInit): Promise<UndiciResponse> => {
    const response = await undiciFetch(input, { ...init, dispatcher });
    if (response.redirected && !response.ok) throw redirectedAway(response.url);
    if (response.body === null) return response;
    const { status, statusText, headers } = response;
    return new UndiciResponse(response.body.pipeThrough(cutBody()), { status, statusText, headers });
  };
  return bounded as typeof globalThis.fetch;
}

function cutBody(): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes <= longestBodyBytes) controller.enqueue(chunk);
      else controller.terminate();
    },
  });
}

/** After a redirect a POST may have become a GET: what the other address then says would mislead. */
function redirectedAway(url: string): ModelError {
  const { origin, pathname } = new URL(url);
  const message = `The model endpoint redirects to ${origin}${pathname}, which did not take the request.\nSet the base URL to the address it redirects to.`;
  return new ModelError(message, { fault: 'fatal' });
}
