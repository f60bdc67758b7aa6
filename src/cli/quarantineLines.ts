import type { QuarantinedTest } from '../environments/quarantine.ts';
import { escapeForTerminal } from '../report/escape.ts';

/** The tests in quarantine, a line each: what was seen how often. */
export function describeQuarantine(quarantine: Readonly<Record<string, QuarantinedTest>>): string[] {
  return Object.entries(quarantine).map(([test, { statuses }]) => {
    const seen = Object.entries(statuses).map(([status, times]) => `${status} ${times}×`);
    return `quarantine: ${escapeForTerminal(test)} (${seen.join(', ')})`;
  });
}
