import { sandboxQueue } from '../src/core/flow/queues.ts';
import { shortDigest } from '../src/core/digest.ts';
import type { GradingPolicy, ModelSpec } from '../src/core/run.ts';

/** One queue per endpoint: its workers' slots are all that limits what it is asked at a time. */
export function modelQueue(model: ModelSpec): string {
  const endpoint = [model.provider, ...model.baseUrls, model.baseUrlEnv ?? ''].join(' ');
  return `bench-model-${model.provider}-${shortDigest(endpoint).slice(0, 8)}`;
}

/** Sandbox servers are another pool: its size is theirs, not the worker's. */
export function sandboxQueueOf({ provider }: GradingPolicy): string {
  return provider === 'restapi' ? 'bench-sandbox-servers' : sandboxQueue;
}
