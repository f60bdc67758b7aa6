import type { Disturbed } from './disturbances.ts';

/** How long nothing was asked or stored after disturbances of one kind to one part, in seconds. */
export interface Standstill {
  readonly kind: string;
  readonly part: string;
  readonly times: number;
  readonly median: number;
  readonly worst: number;
}

/** By kind and part, then one line for each kind over all parts. */
export function standstills(
  disturbed: readonly Disturbed[],
  progress: readonly number[],
): readonly Standstill[] {
  const measured = disturbed.map((one, place) => ({
    ...one,
    seconds: longestGap(one, disturbed[place + 1]?.begin ?? Infinity, progress) / 1000,
  }));
  const groups = Map.groupBy(measured, ({ kind, part }) => `${kind} ${part}`);
  const perPart = [...groups.values()].map((group) => summarize(group[0]?.part ?? '', group));
  const perKind = [...Map.groupBy(measured, ({ kind }) => kind).values()].map((group) =>
    summarize('all parts', group),
  );
  return [...perPart.toSorted((one, other) => one.kind.localeCompare(other.kind)), ...perKind];
}

/**
 * The longest time without any work from a kill on, or from the end of what lasts, until the next disturbance. Not the
 * first sign of work: what was under way in other parts comes to its end even where nothing new can begin.
 */
function longestGap({ kind, begin, end }: Disturbed, until: number, progress: readonly number[]): number {
  const from = kind === 'kill' ? begin : end;
  const moments = [from, ...progress.filter((at) => at > from && at < until)];
  return moments.slice(1).reduce((longest, at, place) => Math.max(longest, at - (moments[place] ?? at)), 0);
}

function summarize(part: string, group: readonly { kind: string; seconds: number }[]): Standstill {
  const sorted = group.map(({ seconds }) => seconds).toSorted((one, other) => one - other);
  return {
    kind: group[0]?.kind ?? '',
    part,
    times: sorted.length,
    median: sorted[Math.floor((sorted.length - 1) / 2)] ?? 0,
    worst: sorted.at(-1) ?? 0,
  };
}
