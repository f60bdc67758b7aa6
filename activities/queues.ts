import { sandboxQueue } from '../src/core/flow/queues.ts';
import { shortDigest } from '../src/core/digest.ts';
import type { GradingPolicy, ModelSpec } from '../src/core/run.ts';

const modelPrefix = 'bench-model-';

/** Is it the queue of a model's endpoint? */
export function isModelQueue(queue: string): boolean {
  return queue.startsWith(modelPrefix);
}

/** One queue per endpoint: its workers' slots are all that limits what it is asked at a time. */
export function modelQueue(model: ModelSpec): string {
  const endpoint = [model.provider, ...model.baseUrls, model.baseUrlEnv ?? ''].join(' ');
  return `${modelPrefix}${model.provider}-${shortDigest(endpoint).slice(0, 8)}`;
}

/**
 * Gradings go to hosts that have the environment and the provider. Sandbox servers are another pool: its size is theirs,
 * not the worker's.
 */
export function sandboxQueueOf({ provider }: GradingPolicy, environmentDigest: string): string {
  if (provider === 'restapi') return 'bench-sandbox-servers';
  if (provider === 'none' || provider === 'local') return sandboxQueue;
  const { length } = digestPrefix;
  return `bench-sandbox-${provider}-${environmentDigest.slice(length, length + 8)}`;
}

const digestPrefix = 'sha256:';
