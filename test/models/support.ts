import assert from 'node:assert/strict';
import { ModelError, type ModelFault } from '../../src/core/errors.ts';
import type { ModelSpec } from '../../src/core/run.ts';
import { createModel } from '../../src/models/index.ts';
import type { Model, ModelRequest, RequestOrigin } from '../../src/ports/model.ts';
import { startMisbehavingServer } from '../support/misbehavingServer.ts';
import type { Fault, MisbehavingServer, MisbehavingServerOptions } from '../support/misbehavingServer.ts';

/** A spec for a server on this machine. */
export function specFor(baseUrl: string, changes: Partial<ModelSpec> = {}): ModelSpec {
  return {
    provider: 'openai',
    model: 'test-model',
    baseUrls: [baseUrl],
    baseUrlEnv: null,
    apiKeyEnv: null,
    modelArguments: {},
    weightsFolder: null,
    seed: 42,
    script: null,
    requestTimeoutSeconds: 20,
    maxRetries: 2,
    ...changes,
  };
}

export const request: ModelRequest = {
  model: 'test-model',
  messages: [{ role: 'user', content: 'Write it.' }],
  modelArguments: {},
  seed: 7,
};

export const origin: RequestOrigin = {
  item: 'django-1',
  sample: 0,
  turn: 1,
  known: { reference: 'the reference', stub: 'the stub' },
};

export const never = (): AbortSignal => new AbortController().signal;

export interface Pair {
  readonly server: MisbehavingServer;
  readonly model: Model;
}

/** Runs with a real server and a model that points at it, and closes both. */
export async function withServer(
  { server: options = {}, spec = {}, environment = {} }: PairOptions,
  use: (pair: Pair) => Promise<void>,
): Promise<void> {
  const server = await startMisbehavingServer({ answer: () => 'def answer(): pass', ...options });
  const model = createModel(specFor(server.url, spec), environment);
  try {
    await use({ server, model });
  } finally {
    await server.stop();
    await model.close();
  }
}

interface PairOptions {
  readonly server?: Partial<MisbehavingServerOptions>;
  readonly spec?: Partial<ModelSpec>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A plan that always does the same. */
export const always =
  (fault: Fault): (() => Fault) =>
  () =>
    fault;

/** The ModelError that something throws, which must be of the given fault. */
export async function faultOf(promise: Promise<unknown>, fault: ModelFault): Promise<ModelError> {
  const error = await promise.then(
    () => assert.fail('expected a ModelError, found an answer'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ModelError)) throw error;
  assert.equal(error.fault, fault, error.message);
  assert.ok(error.message.split('\n').length <= 3, `more than three lines: ${error.message}`);
  return error;
}

/** What asking a server with one fault ends in. */
export async function askFault(fault: Fault, expected: ModelFault): Promise<ModelError> {
  let found: ModelError | undefined;
  await withServer({ server: { plan: always(fault) } }, async ({ model }) => {
    const ask = async (): Promise<unknown> => model.parse((await model.ask(request, origin, never())).body);
    found = await faultOf(ask(), expected);
  });
  return found ?? assert.fail('nothing was thrown');
}
