import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import {
  answeredPaths,
  completionBody,
  errorBody,
  randomFaults,
  send,
  sendFault,
  type AnsweredPath,
} from './misbehavingFaults.ts';
import type { Fault, FaultKind, FaultPlan } from './misbehavingFaults.ts';

export { randomFaults } from './misbehavingFaults.ts';
export type { Fault, FaultPlan } from './misbehavingFaults.ts';

/** A request to a model as it came. */
export interface RecordedRequest {
  /** 0-based, in order of arrival. */
  readonly n: number;
  readonly at: number;
  /** SHA-256 of the body: the same request has the same one. */
  readonly digest: string;
  /** How many requests with this digest came before. */
  readonly seenBefore: number;
  readonly body: Record<string, unknown>;
  /** Of chat completions and responses. */
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly path: AnsweredPath;
  readonly authorization: string | null;
  fault: FaultKind | null;
  /** Null while it is open; false when the client went away or we dropped it. */
  delivered: boolean | null;
}

export interface MisbehavingServerOptions {
  /** The model's text for a request; depend on nothing but the request, so that a run can be repeated. */
  readonly answer: (request: RecordedRequest) => string;
  readonly plan?: FaultPlan;
  /** Before each good or bad answer. */
  readonly delayMilliseconds?: number;
  /** Nobody gets an answer before so many have asked. */
  readonly answerAfterRequests?: number;
  /** What /v1/models lists; another model gets 404. Default: `test-model`. Empty: /v1/models is missing. */
  readonly models?: readonly string[];
  /** When given, another key gets 401. */
  readonly apiKey?: string;
  readonly port?: number;
  readonly address?: string;
  /** Gets one JSON line when a request arrives (`event: request`) and one when it ends (`event: end`). */
  readonly logFile?: string;
}

export interface MisbehavingServer {
  /** Base URL for a client, with `/v1`. */
  readonly url: string;
  readonly port: number;
  /** Of models only, in order of arrival. */
  readonly requests: RecordedRequest[];
  /** How often each body was asked for. */
  countByDigest(): ReadonlyMap<string, number>;
  /** When no client is connected any more: what a dead one had sent has come by then. */
  untilAlone(): Promise<void>;
  /** Closes every connection and the port. */
  stop(): Promise<void>;
}

/** A real OpenAI-compatible HTTP server on 127.0.0.1 that goes wrong as planned. */
export async function startMisbehavingServer(options: MisbehavingServerOptions): Promise<MisbehavingServer> {
  const requests: RecordedRequest[] = [];
  const server = createServer((request, response) => {
    handle({ options, requests, request, response }).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else send(response, { status: 500, body: errorBody(String(error), 'test_server_bug') });
    });
  });
  const { address = '127.0.0.1', port: wanted = 0 } = options;
  const port = await listen(server, { port: wanted, host: address });
  return {
    url: `http://${address}:${port}/v1`,
    port,
    requests,
    countByDigest: () => {
      const byDigest = Map.groupBy(requests, ({ digest }) => digest);
      return new Map([...byDigest].map(([digest, same]) => [digest, same.length]));
    },
    untilAlone: async () => {
      const count = promisify(server.getConnections.bind(server));
      while ((await count()) > 0) await sleep(20);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Exchange {
  readonly options: MisbehavingServerOptions;
  readonly requests: RecordedRequest[];
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function handle({ options, requests, request, response }: Exchange): Promise<void> {
  const models = options.models ?? ['test-model'];
  const authorization = request.headers.authorization ?? null;
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  const text = await readText(request);
  if (path === '/health') return send(response, { status: 200, body: '{}' });
  if (options.apiKey !== undefined && authorization !== `Bearer ${options.apiKey}`) {
    return send(response, { status: 401, body: errorBody('Incorrect API key provided', 'invalid_api_key') });
  }
  if (path === '/v1/models' && request.method === 'GET' && models.length > 0) {
    const data = models.map((id) => ({ id, object: 'model' }));
    return send(response, { status: 200, body: JSON.stringify({ object: 'list', data }) });
  }
  const answered = answeredPaths.find((one) => path === `/v1${one}`);
  if (answered === undefined || request.method !== 'POST') {
    return send(response, { status: 404, body: '{"detail":"Not Found"}' });
  }
  await answerChat({ options, requests, response, text, authorization, models, path: answered });
}

interface Chat {
  readonly options: MisbehavingServerOptions;
  readonly requests: RecordedRequest[];
  readonly response: ServerResponse;
  readonly text: string;
  readonly authorization: string | null;
  readonly models: readonly string[];
  readonly path: AnsweredPath;
}

async function answerChat(chat: Chat): Promise<void> {
  const { options, requests, response, models, path } = chat;
  const recorded = record(chat);
  const fault: Fault | null = options.plan?.(recorded.n, recorded) ?? null;
  recorded.fault = fault?.kind ?? null;
  log(options, {
    event: 'request',
    ...recorded,
    body: undefined,
    messages: undefined,
    authorization: undefined,
  });
  response.once('close', () => {
    recorded.delivered = response.writableFinished;
    log(options, { event: 'end', n: recorded.n, digest: recorded.digest, delivered: recorded.delivered });
  });
  if (options.delayMilliseconds) await sleep(options.delayMilliseconds, undefined, { ref: false });
  while (requests.length < (options.answerAfterRequests ?? 0)) await sleep(10, undefined, { ref: false });
  const model = String(recorded.body['model']);
  if (fault === null && models.length > 0 && !models.includes(model)) {
    const message = `The model \`${model}\` does not exist.`;
    return send(response, { status: 404, body: errorBody(message, null, 'NotFoundError') });
  }
  const good = completionBody({ text: options.answer(recorded), model, digest: recorded.digest, path });
  if (fault !== null) return sendFault(response, fault, good);
  send(response, { status: 200, body: good });
}

function record({ requests, text, authorization, path }: Chat): RecordedRequest {
  const body: Record<string, unknown> = JSON.parse(text);
  const messages = body['messages'] ?? body['input'];
  const digest = createHash('sha256').update(text).digest('hex');
  const recorded: RecordedRequest = {
    n: requests.length,
    at: Date.now(),
    digest,
    seenBefore: requests.filter((earlier) => earlier.digest === digest).length,
    body,
    messages: Array.isArray(messages) ? messages : [],
    path,
    authorization,
    fault: null,
    delivered: null,
  };
  requests.push(recorded);
  return recorded;
}

function log(options: MisbehavingServerOptions, line: Record<string, unknown>): void {
  if (options.logFile !== undefined) appendFileSync(options.logFile, `${JSON.stringify(line)}\n`);
}

function listen(server: Server, place: { readonly port: number; readonly host: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(place, () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : place.port);
    });
  });
}

/** Answers of a file: the first rule all of whose `contains` are in the messages; a list of answers goes by turn. */
export interface AnswerFile {
  readonly default: string;
  readonly answers: readonly {
    readonly contains: readonly string[];
    readonly answer: string | readonly string[];
  }[];
}

/** Makes `answer` of a file's rules. The turn is the number of answers already in the messages. */
export function answersFromFile(file: AnswerFile): (request: RecordedRequest) => string {
  return ({ messages }) => {
    const prompt = messages.map((message) => message.content).join('\n');
    const rule = file.answers.find((one) => one.contains.every((part) => prompt.includes(part)));
    const answer = rule?.answer ?? file.default;
    if (typeof answer === 'string') return answer;
    const turn = messages.filter((message) => message.role === 'assistant').length;
    return answer[Math.min(turn, answer.length - 1)] ?? file.default;
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      faults: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      answers: { type: 'string' },
      delay: { type: 'string', default: '0' },
      model: { type: 'string', multiple: true },
      log: { type: 'string' },
    },
  });
  const file: AnswerFile = values.answers
    ? JSON.parse(readFileSync(values.answers, 'utf8'))
    : { default: 'pass', answers: [] };
  const server = await startMisbehavingServer({
    answer: answersFromFile(file),
    plan: randomFaults(Number(values.seed), Number(values.faults)),
    delayMilliseconds: Number(values.delay),
    port: Number(values.port),
    ...(values.model ? { models: values.model } : {}),
    ...(values.log ? { logFile: values.log } : {}),
  });
  process.stdout.write(`${server.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.stop());
}

if (import.meta.main) await main();
