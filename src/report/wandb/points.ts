import type { Outcome } from '../../core/records.ts';
import type { ResultStore } from '../../ports/resultStore.ts';
import { mapInOrder } from '../mapInOrder.ts';
import { parse } from '../readItems.ts';
import { outcomeSchema } from '../recordSchemas.ts';

/** What has been seen of a run; grows with its outcomes, so that each is read once. */
export interface Seen {
  readonly outcomes: Set<string>;
  readonly counts: Map<string, number>;
}

/** Nothing seen yet. */
export function emptySeen(): Seen {
  return { outcomes: new Set(), counts: new Map() };
}

/** Reads what is new, and gives the figures of the run at this moment, by the names of its curves. */
export async function countRun(
  store: ResultStore,
  seen: Seen,
  { items, maxTurns }: { readonly items: number; readonly maxTurns: number },
): Promise<Record<string, number>> {
  const keys = (await store.list('outcomes')).filter((key) => !seen.outcomes.has(key));
  const read = async (key: string) => ({ key, found: parse(await store.get(key), outcomeSchema) });
  for await (const { key, found } of mapInOrder(keys, 8, read)) {
    seen.outcomes.add(key);
    if ('value' in found) addOutcome(seen.counts, found.value);
  }
  const attempted = (await store.list('attempts')).map((key) => key.split('/')[1] ?? '');
  const unscored = new Set(attempted.filter((item) => !seen.outcomes.has(`outcomes/${item}.json`)));
  return figuresOf(seen, { items, maxTurns, unscored: unscored.size });
}

function addOutcome(counts: Map<string, number>, { samples }: Outcome): void {
  const add = (name: string, by = 1): void => void counts.set(name, (counts.get(name) ?? 0) + by);
  for (const { turns } of samples) {
    const last = turns.at(-1);
    add('samples');
    if (last === undefined) continue;
    add(`verdict/${last.verdict.kind}`);
    if (last.verdict.kind === 'passed') add(`passed at ${last.turn}`);
    for (const turn of turns) {
      add('turns');
      add('tokens/prompt', turn.promptTokens ?? 0);
      add('tokens/completion', turn.completionTokens ?? 0);
    }
  }
}

interface Known {
  readonly items: number;
  readonly maxTurns: number;
  readonly unscored: number;
}

function figuresOf({ outcomes, counts }: Seen, known: Known): Record<string, number> {
  const samples = counts.get('samples') ?? 0;
  const figures: Record<string, number> = {
    items: known.items,
    scored: outcomes.size,
    unscored: known.unscored,
  };
  let passed = 0;
  for (let turn = 1; turn <= known.maxTurns; turn += 1) {
    passed += counts.get(`passed at ${turn}`) ?? 0;
    if (samples > 0) figures[`pass_rate/turn_${turn}`] = passed / samples;
  }
  for (const [name, value] of counts) if (!name.startsWith('passed at')) figures[name] = value;
  return figures;
}
