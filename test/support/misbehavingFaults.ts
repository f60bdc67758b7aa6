import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedRequest } from './misbehavingServer.ts';

/** Everything the server can do wrong. */
export const faultKinds = [
  'rate_limited',
  'server_error',
  'unavailable',
  'hang',
  'drop_before_body',
  'drop_in_body',
  'broken_json',
  'empty_choices',
  'finish_length',
  'html',
  'bad_request',
  'unauthorized',
  'not_found',
  'trickle',
  'context_exceeded',
  'respond',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** One misbehaviour. `respond` sends exactly the given status, headers and body. */
export interface Fault {
  readonly kind: FaultKind;
  /** Header of `rate_limited` and `unavailable`: seconds or a date. */
  readonly retryAfter?: string;
  /** `hang`: then the connection is dropped (never, when absent). `trickle`: pause between two pieces. */
  readonly milliseconds?: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Decides what goes wrong with the n-th request (0-based); null = nothing. */
export type FaultPlan = (n: number, request: RecordedRequest) => Fault | null;

/** Faults that go away when the same request is made again, as a flaky endpoint has them. */
export const passingFaults: readonly Fault[] = [
  { kind: 'rate_limited', retryAfter: '1' },
  { kind: 'server_error' },
  { kind: 'unavailable' },
  { kind: 'hang', milliseconds: 1000 },
  { kind: 'drop_before_body' },
  { kind: 'drop_in_body' },
  { kind: 'broken_json' },
  { kind: 'empty_choices' },
];

/**
 * A plan that spoils a share (0…1) of the requests. It depends on the seed, the request and how often that request
 * came before, never on the order of different requests: a run under load meets the same faults again.
 */
export function randomFaults(
  seed: number,
  share: number,
  faults: readonly Fault[] = passingFaults,
): FaultPlan {
  return (_n, request) => {
    const hash = createHash('sha256').update(`${seed} ${request.digest} ${request.seenBefore}`).digest();
    if (hash.readUInt32BE(0) / 2 ** 32 >= share) return null;
    return faults[hash.readUInt32BE(4) % faults.length] ?? null;
  };
}

/** A good chat completion's body, the same for the same request. */
export function completionBody({ text, model, digest, path }: Completion): string {
  if (path === '/responses') return responseBody({ text, model, digest, path });
  const choice = path === '/completions' ? { text } : { message: { role: 'assistant', content: text } };
  return JSON.stringify({
    id: `chatcmpl-${digest.slice(0, 12)}`,
    object: path === '/completions' ? 'text_completion' : 'chat.completion',
    created: 1700000000,
    model,
    system_fingerprint: 'fp_misbehaving',
    choices: [{ index: 0, ...choice, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: text.length, total_tokens: 10 + text.length },
  });
}

export interface Completion {
  readonly text: string;
  readonly model: string;
  readonly digest: string;
  readonly path: AnsweredPath;
}

/** What of OpenAI's protocol is answered, below /v1. */
export const answeredPaths = ['/chat/completions', '/completions', '/responses'] as const;
export type AnsweredPath = (typeof answeredPaths)[number];

function responseBody({ text, model, digest }: Completion): string {
  return JSON.stringify({
    id: `resp_${digest.slice(0, 12)}`,
    object: 'response',
    status: 'completed',
    model,
    output: [
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'I think.' }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text, annotations: [] }] },
    ],
    usage: {
      input_tokens: 10,
      output_tokens: 5 + text.length,
      output_tokens_details: { reasoning_tokens: 5 },
    },
  });
}

/** Sends a response with one of the faults; `good` is the body it would have had. */
export async function sendFault(response: ServerResponse, fault: Fault, good: string): Promise<void> {
  const plain = plainResponses(fault, good)[fault.kind];
  if (plain !== undefined) return send(response, plain);
  switch (fault.kind) {
    case 'hang':
      if (fault.milliseconds === undefined) return;
      await sleep(fault.milliseconds, undefined, { ref: false });
      response.destroy();
      return;
    case 'drop_before_body':
      response.destroy();
      return;
    case 'drop_in_body':
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(good),
      });
      response.write(good.slice(0, Math.floor(good.length / 2)), () => response.destroy());
      return;
    default:
      return trickle(response, good, fault.milliseconds ?? 20);
  }
}

/** Sends one whole response. */
export function send(response: ServerResponse, { status, headers, body }: PlainResponse): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body);
}

export interface PlainResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An error body as OpenAI words it. */
export function errorBody(message: string, code: string | null, type = 'invalid_request_error'): string {
  return JSON.stringify({ error: { message, type, param: null, code } });
}

function plainResponses(fault: Fault, good: string): Partial<Record<FaultKind, PlainResponse>> {
  const retry: Record<string, string> =
    fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
  const tooLong =
    "This model's maximum context length is 4096 tokens. However, your messages resulted in 5000 tokens. " +
    'Please reduce the length of the messages.';
  return {
    rate_limited: {
      status: 429,
      headers: retry,
      body: errorBody('Rate limit reached', 'rate_limit_exceeded'),
    },
    server_error: { status: 500, body: errorBody('The server had an error', null, 'server_error') },
    unavailable: { status: 503, headers: retry, body: errorBody('Overloaded', null, 'server_error') },
    broken_json: { status: 200, body: good.slice(0, Math.floor(good.length / 2)) },
    empty_choices: { status: 200, body: JSON.stringify({ ...JSON.parse(good), choices: [] }) },
    finish_length: { status: 200, body: good.replace('"finish_reason":"stop"', '"finish_reason":"length"') },
    html: {
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<!doctype html><html><head><title>Sign in</title></head><body>Please sign in</body></html>',
    },
    bad_request: { status: 400, body: errorBody('temperature must be between 0 and 2', null) },
    unauthorized: { status: 401, body: errorBody('Incorrect API key provided', 'invalid_api_key') },
    not_found: { status: 404, body: errorBody('The model does not exist', 'model_not_found') },
    context_exceeded: { status: 400, body: errorBody(tooLong, 'context_length_exceeded') },
    respond: { status: fault.status ?? 200, headers: fault.headers ?? {}, body: fault.body ?? good },
  };
}

async function trickle(response: ServerResponse, body: string, milliseconds: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json' });
  const size = Math.max(1, Math.ceil(body.length / 10));
  for (let start = 0; start < body.length && !response.destroyed; start += size) {
    response.write(body.slice(start, start + size));
    await sleep(milliseconds, undefined, { ref: false });
  }
  response.end();
}
