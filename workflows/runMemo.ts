import type { RunPlan } from '../src/core/flow/plans.ts';
import { sandboxQueue as poolQueue } from '../src/core/flow/queues.ts';

/** What workers look for in an open run: the queues that they must poll for it, and with how many slots. */
export function runMemo(plan: RunPlan, modelSlots: number): Record<string, unknown> {
  const { modelQueue, folder, sandboxQueue, sandboxSlots } = plan;
  return {
    modelQueue,
    modelSlots,
    folder,
    ...(sandboxQueue !== poolQueue && { sandboxQueue }),
    ...(sandboxSlots !== undefined && { sandboxSlots }),
  };
}
