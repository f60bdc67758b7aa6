import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '../../core/errors.ts';
import { parseModelList } from '../modelList.ts';
import { describeLoading, explainDeath, readLog } from './serverLog.ts';

export interface Waiting {
  /** For messages. */
  readonly what: string;
  readonly port: number;
  /** Every model id that must be there and answer. */
  readonly models: readonly string[];
  readonly log: string;
  readonly waitSeconds: number;
  readonly signal: AbortSignal;
  /** Its first process lives; a dead one is not waited for. */
  readonly isAlive: () => boolean;
  readonly say: (line: string) => void;
}

/**
 * Waits until a server's health, its list of models and one real completion by each model answer: some faults (an
 * unsupported attention, a broken adapter) come with the first request only. Throws ConfigError with the log's reason.
 */
export async function waitUntilReady(waiting: Waiting): Promise<void> {
  const started = performance.now();
  let toldAt = started;
  let told = '';
  for (;;) {
    waiting.signal.throwIfAborted();
    const missing = await whatIsMissing(waiting);
    if (missing === null) return;
    if (!waiting.isAlive()) throw await died(waiting);
    const seconds = (performance.now() - started) / 1000;
    if (seconds > waiting.waitSeconds) throw await tooLate(waiting, missing);
    const now = describeLoading(await readLog(waiting.log)) ?? missing;
    if (performance.now() - toldAt > 5000 && (now !== told || performance.now() - toldAt > 30_000)) {
      waiting.say(`port ${waiting.port}, ${Math.round(seconds)} s: ${now}`);
      toldAt = performance.now();
      told = now;
    }
    await sleep(500, undefined, { signal: waiting.signal }).catch(() => undefined);
  }
}

/** Null when everything answers. */
async function whatIsMissing({ port, models, signal }: Waiting): Promise<string | null> {
  const base = `http://127.0.0.1:${port}`;
  const health = await request(`${base}/health`, { signal, seconds: 5 });
  if (health?.status !== 200) return 'not healthy yet';
  const list = await request(`${base}/v1/models`, { signal, seconds: 5 });
  const ids = parseModelList(list?.body ?? '') ?? [];
  const absent = models.filter((model) => !ids.includes(model));
  if (absent.length > 0) return `it lists ${ids.join(', ') || 'no model'}, not ${absent.join(', ')}`;
  for (const model of models) {
    const body = JSON.stringify({ model, prompt: 'def', max_tokens: 1 });
    const answer = await request(`${base}/v1/completions`, { signal, seconds: 300, body });
    if (answer?.status !== 200) return `a first completion of ${model} failed: ${excerpt(answer?.body)}`;
  }
  return null;
}

interface Sending {
  readonly signal: AbortSignal;
  readonly seconds: number;
  readonly body?: string;
}

async function request(
  url: string,
  { signal, seconds, body }: Sending,
): Promise<{ status: number; body: string } | null> {
  try {
    const response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]),
      ...(body !== undefined && { body }),
    });
    return { status: response.status, body: await response.text() };
  } catch {
    return null;
  }
}

async function died({ what, port, log }: Waiting): Promise<ConfigError> {
  const reason = explainDeath(await readLog(log));
  return new ConfigError(
    `The ${what} for port ${port} ended while it was loading: ${reason}\nIts log: ${log}`,
  );
}

async function tooLate({ what, port, log, waitSeconds }: Waiting, missing: string): Promise<ConfigError> {
  const doing = describeLoading(await readLog(log)) ?? missing;
  return new ConfigError(
    `The ${what} for port ${port} was not ready after ${waitSeconds} s (--wait_time): ${doing}\nIts log: ${log}`,
  );
}

function excerpt(body: string | undefined): string {
  return (body ?? 'no answer').replace(/\s+/g, ' ').slice(0, 160);
}
