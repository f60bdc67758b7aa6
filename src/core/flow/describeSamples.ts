import type { GradedTurn } from './plans.ts';

/** An item's turns as Markdown for the Web UI, a line each. */
export function describeSamples(samples: readonly (readonly GradedTurn[])[]): string {
  const several = samples.length > 1;
  const lines = samples.flatMap((turns, sample) =>
    turns.map(({ turn, line }) => `- ${several ? `sample ${sample + 1}, ` : ''}turn ${turn}: ${line}`),
  );
  return lines.length === 0 ? 'waiting for the first answer' : lines.join('\n');
}
