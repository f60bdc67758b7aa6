import { APIError } from 'openai';
import type { Dispatcher } from 'undici';
import { ConfigError, ModelError } from '../core/errors.ts';
import type { ModelSpec } from '../core/run.ts';
import type { Model, ModelRequest, RawAnswer } from '../ports/model.ts';
import { replicasFor, resolveAddresses, type Address, type AddressInput, type Dialect } from './address.ts';
import { checkAddress } from './checkAddress.ts';
import { hideSecrets } from './cleanWords.ts';
import { describeServer } from './describeServer.ts';
import { toModelError } from './faults.ts';
import { sendOnce } from './httpClient.ts';
import { describeMissingModel, isListed, parseModelList } from './modelList.ts';
import { parseAnswer } from './parseAnswer.ts';
import { composeBody, pathOf } from './requestBody.ts';
import { readPause } from './rateHeaders.ts';
import { createDispatcher } from './transport.ts';
import { countWaiting } from './vllmMetrics.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** OpenAI's own service, and every server that speaks its protocol when `base_url` says where. */
export const openAiDialect: Dialect = {
  baseUrlEnv: null,
  apiKeyEnv: 'OPENAI_API_KEY',
  defaultBaseUrl: 'https://api.openai.com/v1',
  addVersion: false,
  bodyDefaults: {},
};

/** A model behind any endpoint that speaks OpenAI's protocol: chat completions, completions or responses. One call is one request: retries are the caller's. */
export function createOpenAiCompatibleModel({ spec, environment, dialect }: AddressInput): Model {
  refuseWhatCannotWork(spec);
  const dispatcher = createDispatcher(environment);
  const addresses = (): readonly [Address, ...Address[]] => resolveAddresses({ spec, environment, dialect });
  return {
    async check(signal) {
      const checks = addresses().map((address) =>
        checkAddress({ address, dispatcher, signal, model: spec.model }),
      );
      await Promise.all(checks);
    },
    async describe(signal) {
      const model = spec.model;
      return Promise.all(
        addresses().map((address) => describeServer({ address, dispatcher, signal, model })),
      );
    },
    async ask(request, origin, signal) {
      const inOrder = replicasFor(addresses(), origin.item);
      return askFirstThatListens(inOrder, { request, dispatcher, signal, spec, dialect });
    },
    parse: (body) =>
      parseAnswer(body, { hide: hideSecrets(readKeys({ spec, environment, dialect })), api: spec.api }),
    close: () => dispatcher.close(),
    ...(spec.provider === 'vllm' && {
      countWaiting: (signal: AbortSignal) =>
        countWaiting(
          addresses().map(({ baseUrl }) => baseUrl),
          { dispatcher, signal },
        ),
    }),
  };
}

/** Why no request can be made from here: no address, or no key; null where both are there. */
export function explainGap(input: AddressInput): string | null {
  try {
    const addresses = resolveAddresses(input);
    const { apiKeyEnv } = input.spec;
    // An endpoint nearby may need no key; a host that has it is the better one all the same.
    if (apiKeyEnv === null || addresses.every(({ key }) => key !== null)) return null;
    return `The environment variable ${apiKeyEnv} is not set.`;
  } catch (error) {
    if (error instanceof ModelError) return error.message;
    throw error;
  }
}

interface Ask {
  readonly request: ModelRequest;
  readonly address: Address;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  readonly spec: ModelSpec;
  readonly dialect: Dialect;
}

/** A replica that refuses connections has heard nothing: its items go to the next one until it is back. */
async function askFirstThatListens(
  [address, ...others]: readonly [Address, ...Address[]],
  asking: Omit<Ask, 'address'>,
): Promise<RawAnswer> {
  try {
    return await askOnce({ ...asking, address });
  } catch (error) {
    const [next, ...rest] = others;
    if (next === undefined || !(error instanceof ModelError) || !error.neverHeard) throw error;
    return askFirstThatListens([next, ...rest], asking);
  }
}

async function askOnce({ request, address, dispatcher, signal, spec, dialect }: Ask): Promise<RawAnswer> {
  const body = composeBody(request, dialect);
  const call = { dispatcher, address, signal, timeoutSeconds: spec.requestTimeoutSeconds };
  const startedAt = performance.now();
  try {
    const { text, headers } = await sendOnce({ ...call, method: 'post', path: pathOf(request), body });
    const milliseconds = Math.round(performance.now() - startedAt);
    return { body: hideKey(text, address), milliseconds, pauseMilliseconds: readPause(headers, Date.now()) };
  } catch (error) {
    signal.throwIfAborted();
    throw await explain(error, { request, address, dispatcher, signal });
  }
}

type Explanation = Pick<Ask, 'request' | 'address' | 'dispatcher' | 'signal'>;

/** Adds to a missing model which ones there are. */
async function explain(
  error: unknown,
  { request, address, dispatcher, signal }: Explanation,
): Promise<ModelError> {
  const hide = hideSecrets([address.key]);
  const maxTokens = readMaxTokens(request.modelArguments);
  const context = {
    address: address.shown,
    keyVariable: address.keyVariable,
    hasKey: address.key !== null,
    maxTokens,
    hide,
  };
  const fault = toModelError(error, context);
  const status = error instanceof APIError ? error.status : undefined;
  if (fault.fault !== 'fatal' || (status !== 400 && status !== 404)) return fault;
  const call = { dispatcher, address, signal, timeoutSeconds: 10 };
  const list = await sendOnce({ ...call, method: 'get', path: '/models' }).then(
    ({ text }) => text,
    () => '',
  );
  signal.throwIfAborted();
  const ids = parseModelList(list) ?? [];
  if (ids.length === 0 || isListed(request.model, ids)) return fault;
  const [firstLine] = fault.message.split('\n');
  const missing = describeMissingModel({ model: request.model, ids, hide });
  return new ModelError(`${firstLine}\n${missing}`, { fault: 'fatal', status });
}

function readMaxTokens(modelArguments: Readonly<Record<string, unknown>>): number | null {
  const value =
    modelArguments['max_output_tokens'] ??
    modelArguments['max_completion_tokens'] ??
    modelArguments['max_tokens'];
  return typeof value === 'number' ? value : null;
}

/** A server that echoes the request's headers must not get the key into the stored results. */
function hideKey(text: string, { key }: Address): string {
  return key !== null && key.length >= 16 ? text.replaceAll(key, '***') : text;
}

/** For excerpts of a broken body, which is parsed long after its request. */
function readKeys({ spec, environment, dialect }: AddressInput): readonly (string | null)[] {
  const variable = spec.apiKeyEnv ?? dialect.apiKeyEnv;
  return variable === null ? [] : [environment[variable]?.trim() || null];
}

function refuseWhatCannotWork({ modelArguments }: ModelSpec): void {
  const refuse = (what: string): ConfigError => new ConfigError(`model_args: ${what}`);
  if (modelArguments['stream']) throw refuse('`stream` cannot be true: answers are read whole. Remove it.');
  const { n } = modelArguments;
  if (n !== undefined && n !== null && n !== 1)
    throw refuse('`n` must be 1. Use `samples` for several attempts.');
  if ('extra_body' in modelArguments) {
    throw refuse('`extra_body` belongs to the Python client. Put its keys directly under model_args.');
  }
}
