import { proxyActivities } from '@temporalio/workflow';

interface BareActivities {
  nothing: (input: { readonly item: number; readonly turn: number }) => Promise<{ readonly key: string }>;
}

interface BareInput {
  readonly item: number;
  readonly turns: number;
  readonly queue: string;
}

/** The least that an item can cost in the engine: a workflow, and two activities per turn that do nothing. */
export async function bareItem({ item, turns, queue }: BareInput): Promise<number> {
  const { nothing } = proxyActivities<BareActivities>({ taskQueue: queue, startToCloseTimeout: '1 minute' });
  for (let turn = 1; turn <= turns; turn += 1) {
    await nothing({ item, turn });
    await nothing({ item, turn });
  }
  return turns;
}
