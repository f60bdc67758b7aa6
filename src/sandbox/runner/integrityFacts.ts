import type { Integrity, Survival } from '../../core/integrity.ts';
import type { CandidateFrame, SupervisorReport } from './protocol.ts';

const kindCharacters = 120;
const kindsKept = 128;
const survived = 'survived';
const firstAnswer = 'first ';

/**
 * What the frame says of the honest run, and what was told after it by the sabotaged one. The candidate may have written
 * or kept back any of that: a line more can only be one more thing against it, and without the first answer that the
 * honest run gave, too, the runs were not the same.
 */
export function factsOf(
  { canaries, events, first, form }: NonNullable<CandidateFrame['integrity']>,
  { told, stopped }: SupervisorReport,
): Integrity {
  const lines = told.split('\n').slice(0, -1);
  const kinds = lines.filter((line) => line !== survived && !line.startsWith(firstAnswer));
  const all = [...events, ...kinds.map((kind) => kind.slice(0, kindCharacters))];
  if (form === null) return { sabotage: {}, canaries, events: withoutDoubles(all), reference: null };
  const survival: Survival =
    stopped === 'wall' ? 'unfinished' : lines.includes(survived) ? 'survived' : 'failed';
  const firstTold = lines.filter((line) => line.startsWith(firstAnswer));
  // Ours are whole lines.
  const isWhole = told === '' || told.endsWith('\n');
  const isLike = (isWhole && firstTold.join('\n') === first.join('\n')) || survival === 'unfinished';
  return {
    sabotage: { [form]: survival },
    canaries,
    events: withoutDoubles([...all, ...(isLike ? [] : ['differs'])]),
    reference: null,
  };
}

function withoutDoubles(events: readonly string[]): string[] {
  return [...new Set(events)].sort().slice(0, 2 * kindsKept);
}
