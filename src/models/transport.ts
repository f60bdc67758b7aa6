import { Agent, EnvHttpProxyAgent, fetch as undiciFetch, Response as UndiciResponse } from 'undici';
import type { Dispatcher, RequestInit as UndiciRequestInit } from 'undici';
import { ModelError } from '../core/errors.ts';

/**
 * A model may think for an hour before the first byte: Node's own fetch would give up after five minutes.
 * Our own watch (see `startSilenceWatch`) decides how long is too long. No limit on connections: the worker's slots are one.
 */
export const agentOptions = {
  headersTimeout: 0,
  bodyTimeout: 0,
  connections: null,
  connect: { timeout: 30_000 },
} as const;

/** Longer bodies are cut here, and so do not parse. */
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

/** Aborts when nothing was heard for too long. */
export interface SilenceWatch {
  readonly signal: AbortSignal;
  heard(): void;
  stop(): void;
}

/** Starts counting silence; the signal's reason is ModelError `endpoint`. */
export function startSilenceWatch(seconds: number, address: string): SilenceWatch {
  const controller = new AbortController();
  const abort = (): void => {
    const message = `The model endpoint ${address} was silent for ${seconds} s (request_timeout_seconds).`;
    controller.abort(new ModelError(message, { fault: 'endpoint' }));
  };
  const timer = setTimeout(abort, Math.min(Math.ceil(seconds * 1000), longestTimer));
  return { signal: controller.signal, heard: () => timer.refresh(), stop: () => clearTimeout(timer) };
}

/** undici's own fetch over the dispatcher (both from the same undici); each piece of a body counts as heard. */
export function createWatchedFetch(dispatcher: Dispatcher, watch: SilenceWatch): typeof globalThis.fetch {
  const watched = async (input: string, init: UndiciRequestInit): Promise<UndiciResponse> => {
    const response = await undiciFetch(input, { ...init, dispatcher });
    watch.heard();
    if (response.redirected && !response.ok) throw redirectedAway(response.url);
    if (response.body === null) return response;
    const { status, statusText, headers } = response;
    return new UndiciResponse(response.body.pipeThrough(countBytes(watch)), { status, statusText, headers });
  };
  return watched as typeof globalThis.fetch;
}

function countBytes(watch: SilenceWatch): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      watch.heard();
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
