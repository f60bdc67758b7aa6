import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import { ModelError, type ModelFault } from '../core/errors.ts';
import { cleanWords, type Hide } from './cleanWords.ts';
import { readContextLength, saysPromptTooLong } from './promptTooLong.ts';
import { findServerWords } from './serverWords.ts';

const longestRetryAfterMilliseconds = 10 * 60_000;

/** What a message may say about the request that failed. */
export interface FaultContext {
  /** The base URL as it may be shown. */
  readonly address: string;
  readonly keyVariable: string | null;
  /** A key was sent. */
  readonly hasKey: boolean;
  /** Tokens the request asked for, when it said. */
  readonly maxTokens: number | null;
  readonly hide: Hide;
}

/** Decides what a failed request means. The SDK's error is not kept as the cause: it holds headers and whole bodies. */
export function toModelError(error: unknown, context: FaultContext): ModelError {
  if (error instanceof ModelError) return error;
  if (error instanceof APIError && typeof error.status === 'number') return fromStatus(error, context);
  return fromConnection(error, context);
}

/** What the server wrote, whole: JSON text, or the text as it is. */
export function readErrorBody(error: APIError): { json: unknown; text: string } {
  const json: unknown = error.error;
  if (json !== undefined) return { json, text: JSON.stringify(json) };
  const text = error.message.replace(/^\d{3} (status code \(no body\)$)?/, '');
  return { json: text, text };
}

function fromStatus(error: APIError, context: FaultContext): ModelError {
  const status = error.status ?? 0;
  const { json, text } = readErrorBody(error);
  const words = cleanWords(findServerWords(json), context.hide) || '(nothing)';
  const { fault, advice } = judgeStatus({ status, text, context });
  const retryAfterMilliseconds = fault === 'endpoint' ? readRetryAfter(error.headers) : undefined;
  const message = `The model endpoint ${context.address} answered ${status}: ${words}`;
  return new ModelError(advice === null ? message : `${message}\n${advice}`, {
    fault,
    status,
    retryAfterMilliseconds,
  });
}

interface Judgement {
  readonly fault: ModelFault;
  readonly advice: string | null;
}

interface StatusFault {
  readonly status: number;
  /** The whole body. */
  readonly text: string;
  readonly context: FaultContext;
}

function judgeStatus({ status, text, context }: StatusFault): Judgement {
  // So does Groq call what is above the account's rate.
  if (status === 413 && /rate_limit_exceeded|tokens per min/i.test(text))
    return { fault: 'request', advice: null };
  if ([400, 413, 422, 500].includes(status) && saysPromptTooLong(text)) return judgeLength(text, context);
  if ([408, 409, 425].includes(status) || status >= 500) return { fault: 'endpoint', advice: null };
  // A request above the account's whole rate can wait for ever.
  if (status === 429)
    return { fault: /Request too large for/i.test(text) ? 'request' : 'endpoint', advice: null };
  if (status === 413) return { fault: 'prompt_too_long', advice: null };
  if (status === 400 && /api.?key not valid|invalid_api_key/i.test(text)) return fatal(keyAdvice(context));
  if (status === 400 && saysModelUnknown(text)) return fatal('Correct `model_name`.');
  if (status === 400 && /budget_exceeded|budget has been exceeded/i.test(text)) return fatal(accountAdvice);
  return fatalStatuses(context)[status] ?? { fault: status < 400 ? 'fatal' : 'request', advice: null };
}

function fatalStatuses(context: FaultContext): Readonly<Record<number, Judgement>> {
  const addressAdvice = 'Check the base URL: it usually ends in /v1.';
  return {
    401: fatal(keyAdvice(context)),
    402: fatal(accountAdvice),
    403: fatal(`${keyAdvice(context)} It must be allowed to use this model.`),
    404: fatal(addressAdvice),
    405: fatal(addressAdvice),
    407: fatal('The proxy wants a user and a password: put them into HTTPS_PROXY.'),
    410: fatal('The model or the address is gone for good.'),
  };
}

const accountAdvice = 'The account has no credit or budget left: add some, then submit the run again.';

function fatal(advice: string): Judgement {
  return { fault: 'fatal', advice };
}

/** When the wished answer alone fills the context, no prompt can fit: a mistake of the settings, not of the prompt. */
function judgeLength(text: string, { maxTokens }: FaultContext): Judgement {
  const length = readContextLength(text);
  if (length === null || maxTokens === null || maxTokens < length)
    return { fault: 'prompt_too_long', advice: null };
  return fatal(
    `max_tokens (${maxTokens}) leaves no room in the context of ${length} tokens: lower it in model_args.`,
  );
}

function keyAdvice({ keyVariable, hasKey }: FaultContext): string {
  if (keyVariable === null) return 'No key was sent: name the variable that holds it as `api_key_env`.';
  if (!hasKey)
    return `No key was sent, for ${keyVariable} is not set: put ${keyVariable}=… into .env or export it.`;
  return `Check the key in the environment variable ${keyVariable}.`;
}

function saysModelUnknown(text: string): boolean {
  return /model_not_found|invalid_model|invalid model name|model.{0,200}does not exist/i.test(text);
}

/** Seconds or an HTTP date, capped; undefined when absent or unreadable. */
export function readRetryAfter(headers: Headers | undefined): number | undefined {
  const header = headers?.get('retry-after')?.trim();
  if (!header) return undefined;
  const milliseconds = /^\d+(\.\d+)?$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  if (Number.isNaN(milliseconds)) return undefined;
  return Math.round(Math.min(Math.max(milliseconds, 0), longestRetryAfterMilliseconds));
}

const connectionWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections: is it running?',
  ENOTFOUND: 'cannot be found: its host name is unknown.',
  EAI_AGAIN: 'cannot be found: its host name could not be looked up.',
  ECONNRESET: 'dropped the connection before the answer was complete.',
  EPIPE: 'dropped the connection before the answer was complete.',
  UND_ERR_SOCKET: 'dropped the connection before the answer was complete.',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'dropped the connection before the answer was complete.',
};

/** The request was not sent: another replica may be asked at once. A limit on the connection's time has no code. */
const neverConnected = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function fromConnection(error: unknown, { address, hide }: FaultContext): ModelError {
  const chain = causes(error);
  const inner = chain.find((one) => one instanceof ModelError);
  if (inner !== undefined) return inner;
  const code = chain.map(readCode).find((one) => one !== null) ?? null;
  const words = cleanWords(chain.map((one) => one.message).join(': '), hide);
  if (
    code !== null &&
    /^(CERT_|ERR_TLS_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_SSL_WRONG_VERSION)/.test(code)
  ) {
    const message = `The model endpoint ${address} cannot be trusted over TLS (${code}).\nCheck http/https in the base URL, or set NODE_EXTRA_CA_CERTS.`;
    return new ModelError(message, { fault: 'fatal' });
  }
  const hadConnection =
    error instanceof APIConnectionError || chain.some(({ message }) => message === 'terminated');
  if (!hadConnection || words.includes('bad port')) {
    const message = `The request to ${address} could not be made (${words}).\nCheck the base URL and model_args.`;
    return new ModelError(message, { fault: 'fatal' });
  }
  const timedOut = error instanceof APIConnectionTimeoutError;
  const said = timedOut
    ? 'could not be reached in time.'
    : (connectionWords[code ?? ''] ?? `failed (${words}).`);
  const suffix = code === null ? '' : ` (${code})`;
  const neverHeard = timedOut || neverConnected.has(code ?? '');
  return new ModelError(`The model endpoint ${address} ${said}${suffix}`, { fault: 'endpoint', neverHeard });
}

function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let one = error; one instanceof Error && chain.length < 8; one = one.cause) chain.push(one);
  return chain;
}

function readCode(error: Error): string | null {
  return 'code' in error && typeof error.code === 'string' ? error.code : null;
}
