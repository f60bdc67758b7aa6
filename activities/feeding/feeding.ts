import { ModelError } from '../../src/core/errors.ts';
import type { UsedTokens } from '../../src/core/records.ts';
import { unlimited } from '../../src/core/run.ts';
import type { ModelRequest, RawAnswer } from '../../src/ports/model.ts';
import type { Claim } from '../../src/ports/resultStore.ts';
import { freeWorkSignal } from '../activityContext.ts';
import type { OpenRun } from '../openRuns.ts';
import { modelQueue } from '../queues.ts';
import { createBudgets, tokensIn } from './budget.ts';
import { watchServer, type ServerWatch } from './watchServer.ts';
import { EndpointGate, type Gate, type GateState, type Leave } from './gate.ts';

/** How this process feeds endpoints: one gate for each, whatever runs ask there. */
export interface Feeding {
  /** Waits until the endpoint may be asked. Throws BudgetError when the run may ask no more. */
  enter(asking: Feed, signal: AbortSignal): Promise<Leave>;
  /** What an answer used up, counted before the next request is let in, and the gate's news of it. */
  answered(asking: Feed, admitted: Admitted, answer: RawAnswer): Promise<UsedTokens>;
  /** What the open runs allow, by the endpoint's queue. */
  allow(queue: string, most: number): void;
  state(queue: string): GateState | null;
}

/** A request of a run. */
export interface Feed {
  readonly run: OpenRun;
  readonly request: ModelRequest;
}

/** A request that was let in; one whose claim was there before may have been paid for once already. */
export interface Admitted {
  readonly leave: Leave;
  readonly claim: Claim;
}

interface Endpoint {
  readonly gate: Gate;
  /** Of the answers so far, with more weight on the latest; null before the first. */
  meanCompletionTokens: number | null;
  readonly look: ServerWatch;
}

function newEndpoint(): Endpoint {
  const gate = new EndpointGate();
  return { gate, meanCompletionTokens: null, look: watchServer(gate) };
}

/** An answer that took longer than this share of its time limit shows that the endpoint has too many. */
const slowShare = 0.5;

/** Feeding with no endpoint known yet. */
export function createFeeding(): Feeding {
  const endpoints = new Map<string, Endpoint>();
  const allowed = new Map<string, number>();
  const budgets = createBudgets();
  const endpointOf = (queue: string): Endpoint => {
    const known = endpoints.get(queue) ?? newEndpoint();
    endpoints.set(queue, known);
    return known;
  };
  return {
    async enter({ run, request }, signal) {
      const { model, batchSize, feeding = unlimited } = run.record.request;
      const queue = modelQueue(model);
      const endpoint = endpointOf(queue);
      await budgets.need(run);
      endpoint.look(run.model);
      const most = (): number => allowed.get(queue) ?? batchSize;
      const tokens = promptTokens(request) + expectedCompletion(endpoint, request);
      const leave = await waitAtGate(endpoint.gate, { most, limits: feeding, tokens }, signal);
      // What others used up meanwhile counts.
      await budgets.need(run).catch((error: unknown) => refuse(leave, error));
      return leave;
    },
    async answered({ run, request }, { leave, claim }, answer) {
      const { body, milliseconds, pauseMilliseconds = 0 } = answer;
      const { model } = run.record.request;
      const used = usedTokens(run, request, body);
      const endpoint = endpointOf(modelQueue(model));
      endpoint.meanCompletionTokens =
        0.9 * (endpoint.meanCompletionTokens ?? used.completion) + 0.1 * used.completion;
      const isSlow = milliseconds > slowShare * model.requestTimeoutSeconds * 1000;
      await budgets.add(run, { body, tokens: used, possiblyPaidTwice: claim.heldBefore });
      leave.answered({ tokens: used.prompt + used.completion, isSlow, pauseMilliseconds });
      return used;
    },
    allow: (queue, most) => void allowed.set(queue, most),
    state: (queue) => endpoints.get(queue)?.gate.state() ?? null,
  };
}

function refuse(leave: Leave, error: unknown): never {
  leave.failed();
  throw error;
}

/** Tells the gate of a request that brought no answer. */
export function leaveWithError(leave: Leave, error: unknown): void {
  if (!(error instanceof ModelError) || !isRefusal(error)) return leave.failed();
  leave.refused(error.retryAfterMilliseconds ?? 0);
}

/** Too many: a server that is just broken says nothing about how many it takes. */
function isRefusal({ status, retryAfterMilliseconds }: ModelError): boolean {
  return status === 429 || status === 529 || (status === 503 && retryAfterMilliseconds !== undefined);
}

/** To wait costs nothing, so it is also given up when the worker stops. */
async function waitAtGate(
  gate: Gate,
  wish: Omit<Parameters<Gate['enter']>[0], 'signal'>,
  signal: AbortSignal,
): Promise<Leave> {
  try {
    return await gate.enter({ ...wish, signal: AbortSignal.any([signal, freeWorkSignal()]) });
  } catch {
    signal.throwIfAborted();
    throw new ModelError('The request had not been sent yet when its worker stopped.', { fault: 'endpoint' });
  }
}

function expectedCompletion({ meanCompletionTokens }: Endpoint, { modelArguments }: ModelRequest): number {
  if (meanCompletionTokens !== null) return Math.ceil(meanCompletionTokens);
  const { max_tokens: most } = modelArguments;
  return typeof most === 'number' ? Math.min(most, 1000) : 1000;
}

/** As the server counts, else estimated from what was sent and what came. */
function usedTokens(run: OpenRun, request: ModelRequest, body: string): UsedTokens {
  try {
    const { promptTokens: prompt, completionTokens: completion, text, reasoning } = run.model.parse(body);
    return {
      prompt: prompt ?? promptTokens(request),
      completion: completion ?? tokensIn(text.length + reasoning.length),
    };
  } catch {
    return { prompt: promptTokens(request), completion: tokensIn(body.length) };
  }
}

function promptTokens({ messages, prompt = '' }: ModelRequest): number {
  return tokensIn(messages.reduce((sum, { content }) => sum + content.length, prompt.length));
}
