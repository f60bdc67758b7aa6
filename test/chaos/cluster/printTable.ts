import Table from 'cli-table3';
import type { Account, Balance } from './balance.ts';
import type { LeftOvers } from './leftOvers.ts';
import type { Standstill } from './standstill.ts';

export interface TrialResult {
  readonly calm: Account;
  readonly wild: Account;
  readonly balance: Balance;
  readonly standstills: readonly Standstill[];
  readonly leftOvers: LeftOvers;
  readonly wildSeconds: number;
}

/** Everything that was counted, for people. */
export function renderTrial(result: TrialResult): string {
  return `${standstillTable(result)}\n${countTable(result)}\n`;
}

/** Is there anything that must not be? */
export function isClean({ balance, leftOvers }: TrialResult): boolean {
  const { lost, doubled, changed, askedAgain } = balance;
  const left = Object.values(leftOvers).flat().length;
  return lost.length + doubled + changed.length + askedAgain + left === 0;
}

function standstillTable({ standstills }: TrialResult): string {
  const head = ['disturbed by', 'part', 'times', 'median s to go on', 'worst s'];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const { kind, part, times, median, worst } of standstills)
    table.push([kind, part, times, median.toFixed(1), worst.toFixed(1)]);
  return table.toString();
}

function countTable({ calm, wild, balance, leftOvers, wildSeconds }: TrialResult): string {
  const table = new Table({ style: { head: [], border: [] } });
  table.push(
    ['items', calm.outcomes.size],
    ['disturbed run', `${Math.round(wildSeconds)} s`],
    ['answers stored', wild.answers],
    ['requests whose answer was lost in flight', wild.requests - wild.answers - balance.askedAgain],
    ['outcomes lost', balance.lost.length],
    ['outcomes doubled', balance.doubled],
    ['outcomes changed', balance.changed.length],
    ['stored answers asked again', balance.askedAgain],
    ...Object.entries(leftOvers).map(([kind, found]) => [`left over: ${kind}`, found.length]),
  );
  const found = [balance.lost, balance.changed, ...Object.values(leftOvers)].flat().slice(0, 20);
  return [table.toString(), ...found].join('\n');
}
