import { condition, continueAsNew, setHandler } from '@temporalio/workflow';
import type { MetricsRun } from '../activities/activities.ts';
import { metricsEnd } from './messages.ts';
import { sendMetrics } from './steps.ts';

/** Rounds of one execution, so that its history stays short. */
const mostRounds = 200;
/** A run that ended without a word. */
const mostQuietRounds = 8640;

/** Sends a run's figures while it goes on and until they have all arrived, beside the run: one writer, whatever happens. */
export async function wandbSync(input: MetricsRun): Promise<void> {
  let hasEnded = input.hasEnded ?? false;
  let quiet = input.quiet ?? 0;
  setHandler(metricsEnd, (value) => void (hasEnded = value));
  for (let round = 0; round < mostRounds; round += 1) {
    const isLast = hasEnded;
    const { isNew, nextSeconds } = await sendMetrics({ folder: input.folder, isLast });
    quiet = isNew ? 0 : quiet + 1;
    if ((isLast && hasEnded) || quiet > mostQuietRounds) return;
    await condition(() => hasEnded !== isLast, `${nextSeconds} seconds`);
  }
  await continueAsNew<typeof wandbSync>({ folder: input.folder, hasEnded, quiet });
}
