import type { Candidates } from './findCandidates.ts';
import type { WorkFolder } from './workFolder.ts';

/** Gives the candidates that were found before, or finds and keeps them: to read a large repository takes a minute. */
export async function keepCandidates(
  work: WorkFolder,
  name: string,
  find: () => Promise<Candidates>,
): Promise<Candidates> {
  const { ordered, funnel, ...maps } = await work.keep(name, async () => withEntries(await find()));
  return {
    ordered,
    funnel,
    reached: new Map(maps.reached),
    recurringLines: new Map(maps.recurringLines),
    sources: new Map(maps.sources),
  };
}

/** A file of JSON holds no maps. */
function withEntries({ reached, recurringLines, sources, ...rest }: Candidates) {
  return {
    ...rest,
    reached: [...reached],
    recurringLines: [...recurringLines],
    sources: [...sources],
  };
}
