import type { Integrity, Survival } from '../../core/integrity.ts';
import type { CandidateFrame, SupervisorReport } from './protocol.ts';

const kindCharacters = 120;
const kindsKept = 64;
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
  if (form === null) return { sabotage: {}, canaries, events, reference: null };
  const lines = told.split('\n').slice(0, -1);
  const survival: Survival =
    stopped === 'wall' ? 'unfinished' : lines.includes(survived) ? 'survived' : 'failed';
  const firstTold = lines.filter((line) => line.startsWith(firstAnswer));
  // Ours are whole lines.
  const isWhole = told === '' || told.endsWith('\n');
  const isLike = (isWhole && firstTold.join('\n') === first.join('\n')) || survival === 'unfinished';
  const kinds = lines.filter((line) => line !== survived && !line.startsWith(firstAnswer));
  const all = [
    ...events,
    ...kinds.map((kind) => kind.slice(0, kindCharacters)),
    ...(isLike ? [] : ['differs']),
  ];
  return {
    sabotage: { [form]: survival },
    canaries,
    events: [...new Set(all)].sort().slice(0, 2 * kindsKept),
    reference: null,
  };
}
