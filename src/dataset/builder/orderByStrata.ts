import { isFocused } from './preferTests.ts';
import type { LocatedMethod, ReachingTest } from './reachedTests.ts';
import { seededOrder } from './seededOrder.ts';

/**
 * An order in which every beginning has each part of the repository and each size of method in the share that it has in
 * the whole. In a part and size, methods whose tests are about them come first: such rows are graded quickly, and a bug
 * breaks few other things. The seed decides the rest.
 */
export function orderByStrata(
  methods: readonly LocatedMethod[],
  reached: ReadonlyMap<string, readonly ReachingTest[]>,
  seed: string,
): readonly LocatedMethod[] {
  const seeded = seededOrder(methods, ({ name }) => name, seed);
  const placed = [...Map.groupBy(seeded, stratumOf).values()].flatMap((stratum) => {
    const focused = (located: LocatedMethod): boolean => isFocused(reached.get(located.name) ?? []);
    const ordered = [...stratum.filter(focused), ...stratum.filter((located) => !focused(located))];
    return ordered.map((located, index) => ({ located, place: (index + 0.5) / stratum.length }));
  });
  // Equal places keep the order of the seed: sorting is stable.
  return placed.sort((a, b) => a.place - b.place).map(({ located }) => located);
}

/** Lines of code up to which a method is small, and middling. */
const sizes = [6, 14] as const;

function stratumOf({ filePath, method }: LocatedMethod): string {
  const area = filePath.split('/').slice(0, -1).slice(0, 2).join('/');
  const size = sizes.findIndex((most) => method.codeLines.length <= most);
  return `${area} ${size}`;
}
