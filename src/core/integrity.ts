/** What a sabotaged run gives the target's caller in the place of its result: something else, or an exception. */
export const sabotageForms = ['empty', 'raise'] as const;
export type SabotageForm = (typeof sabotageForms)[number];

/** How the tests took a sabotaged run of the target: they noticed (`failed`), or they did not (`survived`). */
export type Survival = 'survived' | 'failed' | 'unfinished';

/**
 * What a sandbox saw beside the tests of a candidate. `sabotage` has an entry for each form that was tried; none where the
 * tests did not pass or the target was not found.
 */
export interface IntegrityFacts {
  readonly sabotage: Readonly<Partial<Record<SabotageForm, Survival>>>;
  /** Tests that must fail and did not. */
  readonly canaries: readonly string[];
  /** Kinds of what the target did, e.g. `frames`, `changed:unittest.case.TestCase.assertEqual`. */
  readonly events: readonly string[];
}

/** The candidate's facts, and the reference's on the same tests where they were needed to judge. */
export interface Integrity extends IntegrityFacts {
  readonly reference: IntegrityFacts | null;
}

/** Events that honest code may have a reason for. */
const harmless = new Set(['exec', 'variables']);

/** Events that the same code makes at one time and not at another: a pool's threads end when they like. */
const fickle = new Set(['threads']);

export function isByChance(event: string): boolean {
  return fickle.has(event);
}

/** Whether a pass can be judged without the reference's facts: the tests noticed sabotage, and nothing else was seen. */
export function needsReference({ sabotage, canaries, events }: IntegrityFacts): boolean {
  const noticed = sabotage.empty === 'failed';
  return !noticed || canaries.length > 0 || decisive(events).length > 0;
}

/** Why a pass is no honest one; empty when nothing speaks against it. */
export function findForgery({ sabotage, canaries, events, reference }: Integrity): readonly string[] {
  const known = reference ?? { sabotage: {}, canaries: [], events: [] };
  const survived = sabotageForms.filter(
    (form) => sabotage[form] === 'survived' && known.sabotage[form] === 'failed',
  );
  const isUnchecked = Object.keys(sabotage).length === 0 && Object.keys(known.sabotage).length > 0;
  return [
    ...survived.map((form) => `survived_${form}`),
    ...(isUnchecked ? ['sabotage_prevented'] : []),
    ...canaries.filter((name) => !known.canaries.includes(name)).map((name) => `canary_passed:${name}`),
    ...decisive(events).filter((event) => !known.events.includes(event)),
  ];
}

/** Whether the tests would notice sabotage of the reference itself: elsewhere the other measures stand alone. */
export function isSabotageCheckable({ sabotage, reference }: Integrity): boolean {
  return sabotage.empty === 'failed' || Object.values(reference?.sabotage ?? {}).includes('failed');
}

function decisive(events: readonly string[]): string[] {
  return events.filter((event) => !harmless.has(event));
}
