import { BudgetError } from '../../src/core/errors.ts';
import type { AnswerRecord, UsedTokens } from '../../src/core/records.ts';
import { unlimited, type Feeding, type Prices, type RunRequest } from '../../src/core/run.ts';
import type { OpenRun } from '../openRuns.ts';
import { existing, readAnswer } from '../storedRecords.ts';

/** What runs have used up, counted from the answers that they keep. */
export interface Budgets {
  /** Throws BudgetError when a run may ask no more. */
  need(run: OpenRun): Promise<void>;
  /** An answer that has just come: it is paid for, whether it is kept yet or not. */
  add(run: OpenRun, answer: Paid): Promise<void>;
}

/** What an answer says of its price. */
export type Paid = Pick<AnswerRecord, 'body' | 'tokens' | 'possiblyPaidTwice' | 'replayedFrom'>;

interface Spent {
  tokens: number;
  cost: number;
  answers: number;
}

/** Counts of this process; a run's answers are read when it is opened, and again when it is submitted anew. */
export function createBudgets(): Budgets {
  const spentBy = new WeakMap<OpenRun, Promise<Spent>>();
  const spentOf = (run: OpenRun): Promise<Spent> => {
    const known = spentBy.get(run) ?? countStored(run);
    spentBy.set(run, known);
    known.catch(() => spentBy.delete(run));
    return known;
  };
  return {
    async need(run) {
      const { feeding = unlimited } = run.record.request;
      if (feeding.budgetTokens === null && feeding.budgetCost === null) return;
      const spent = await spentOf(run);
      if (findSpent(spent, feeding) === null) return;
      // It may have been submitted with more a moment ago.
      const refusal = findSpent(spent, await latestFeeding(run));
      if (refusal !== null) throw refusal;
    },
    async add(run, answer) {
      const known = spentBy.get(run);
      if (known !== undefined) count(await known, answer, run.record.request.prices);
    },
  };
}

async function latestFeeding({ store, record }: OpenRun): Promise<Feeding> {
  const bytes = await store.get('feeding.json');
  const { feeding } =
    bytes === null ? record.request : (JSON.parse(bytes.toString()) as Pick<RunRequest, 'feeding'>);
  return feeding ?? unlimited;
}

function findSpent(
  { tokens, cost, answers }: Spent,
  { budgetTokens, budgetCost }: Feeding,
): BudgetError | null {
  const limits = [
    { key: 'budget_tokens', most: budgetTokens, used: tokens, shown: `${tokens} tokens` },
    { key: 'budget_cost', most: budgetCost, used: cost, shown: cost.toFixed(4) },
  ];
  const spent = limits.find(({ most, used }) => most !== null && used >= most);
  if (spent === undefined) return null;
  return new BudgetError(
    `The run's budget is spent: ${answers} answers used up ${spent.shown} of inference.${spent.key} ${spent.most}.\n` +
      'Everything that was answered is kept. Submit the run again with more to go on.',
  );
}

async function countStored(run: OpenRun): Promise<Spent> {
  const spent: Spent = { tokens: 0, cost: 0, answers: 0 };
  for (const key of await run.store.list('turns')) {
    if (!/\/\d+-[0-9a-f]{16}-\d+\.json$/.test(key)) continue;
    count(spent, await existing(run, key, readAnswer), run.record.request.prices);
  }
  return spent;
}

/** One that was asked for again after its process died may have been paid for twice. */
function count(spent: Spent, record: Paid, prices: Prices | null): void {
  if (record.replayedFrom !== undefined) return;
  const { prompt, completion } = record.tokens ?? { prompt: 0, completion: tokensIn(record.body.length) };
  const times = record.possiblyPaidTwice ? 2 : 1;
  spent.answers += 1;
  spent.tokens += times * (prompt + completion);
  spent.cost +=
    (times * (prompt * (prices?.inputPerMillion ?? 0) + completion * (prices?.outputPerMillion ?? 0))) / 1e6;
}

/** What a number of characters is in tokens, about. */
export function tokensIn(characters: number): number {
  return Math.ceil(characters / 4);
}

/** Nothing was used up by a request that was refused as too long. */
export const noTokens: UsedTokens = { prompt: 0, completion: 0 };
