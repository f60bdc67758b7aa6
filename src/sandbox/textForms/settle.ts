import type { TestStatus } from '../../core/row.ts';
import type { TestResult } from '../../core/testReport.ts';
import type { ReadText } from './textForm.ts';

/** What a text counts and names. */
export interface Said {
  /** Tests that ran, by the text's own count. */
  readonly total: number;
  readonly counts: Readonly<Record<Exclude<TestStatus, 'passed'>, number>>;
  /** The summary's own word for the whole. */
  readonly ok: boolean;
  /** Named one by one. A block that names no known test has no ids. */
  readonly named: readonly Named[];
}

export interface Named {
  readonly status: Exclude<TestStatus, 'passed'>;
  readonly ids: readonly string[];
  readonly message: string;
}

/**
 * Statuses of the tests. One that is not named passed only if everything agrees: the tests that ran are as many as were
 * asked for, each failure and skip is named, and the summary's word fits.
 */
export function settle(said: Said, tests: readonly string[]): ReadText {
  const wanted = new Set(tests);
  const found = new Map<string, TestResult>();
  for (const { ids, status, message } of said.named) {
    for (const id of ids) if (!found.has(id)) found.set(id, { status, seconds: 0, message });
  }
  const flags = doubts(said, wanted.size);
  const rest = [...wanted].filter((id) => !found.has(id));
  const status = statusOfRest(said, flags);
  const message = status === 'passed' ? '' : 'the text counts such tests without naming them';
  if (status !== null) for (const id of rest) found.set(id, { status, seconds: 0, message });
  return { ended: 'completed', tests: Object.fromEntries(found), flags };
}

function doubts(said: Said, wanted: number): string[] {
  const { counts, named } = said;
  const blocks = (status: TestStatus): number => named.filter((one) => one.status === status).length;
  const isNamed = blocks('failed') === counts.failed && blocks('error') === counts.error;
  const bad = counts.failed + counts.error + counts.unexpected_success;
  return [
    ...(said.total === wanted ? [] : ['text_count_differs']),
    ...(isNamed && named.every(({ ids }) => ids.length > 0) ? [] : ['text_failure_unnamed']),
    ...(said.ok === (bad === 0) ? [] : ['text_contradicts_itself']),
  ];
}

/** Null: nothing is known of them. */
function statusOfRest({ counts, named }: Said, flags: readonly string[]): TestStatus | null {
  if (flags.length > 0) return null;
  const unnamed = (['skipped', 'expected_failure', 'unexpected_success'] as const).find(
    (status) => counts[status] !== named.filter((one) => one.status === status).length,
  );
  return unnamed ?? 'passed';
}
