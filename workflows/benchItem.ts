import { condition, setCurrentDetails, setHandler } from '@temporalio/workflow';
import { mayTakeAnotherTurn } from '../src/core/flow/decisions.ts';
import { describeSamples } from '../src/core/flow/describeSamples.ts';
import type { GradedTurn, ItemInput, ItemResult } from '../src/core/flow/plans.ts';
import { failureOf, stopsTheRun } from './failures.ts';
import { pause, unpause } from './messages.ts';
import { modelSteps, recordOutcome, sandboxSteps, steps } from './steps.ts';

/** One item, from the first prompt to its outcome. */
export async function benchItem(input: ItemInput): Promise<ItemResult> {
  const { item, row, plan } = input;
  const { folder, flow } = plan;
  const { generateAnswer } = modelSteps(plan);
  const { gradeAnswer } = sandboxSteps(plan);
  const startedAt = Date.now();
  const samples: GradedTurn[][] = Array.from({ length: flow.samples }, () => []);
  let paused = input.paused;
  setHandler(pause, () => void (paused = true));
  setHandler(unpause, () => void (paused = false));

  const takeTurns = async (turns: GradedTurn[], sample: number): Promise<void> => {
    while (mayTakeAnotherTurn(turns, flow)) {
      if (paused) await condition(() => !paused);
      const turn = { folder, item, row, sample, turn: turns.length + 1 };
      const past = turns.map(({ gradeKey }) => gradeKey);

      const asking = { summary: `turn ${turn.turn}: ask ${plan.model}` };
      const answer = await generateAnswer.executeWithOptions(asking, [{ ...turn, past }]);

      const testing = { summary: `turn ${turn.turn}: run the tests` };
      turns.push(await gradeAnswer.executeWithOptions(testing, [{ ...turn, ...answer }]));

      setCurrentDetails(describeSamples(samples));
    }
  };

  try {
    // Every sample comes to its end before one of them decides about the item: what was paid for is kept.
    const ends = await Promise.allSettled(samples.map(takeTurns));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
    const gradeKeys = samples.map((turns) => turns.map(({ gradeKey }) => gradeKey));
    return await recordOutcome({ folder, item, row, startedAt, samples: gradeKeys });
  } catch (error) {
    if (stopsTheRun(error)) throw error;
    await steps.recordAttempt({ folder, item, row, ...failureOf(error) });
    return { outcome: 'unscored', verdict: null, turns: samples.flat().length, tokens: 0 };
  }
}
