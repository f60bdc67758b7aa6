import type { Row, RowAdditions } from '../../core/row.ts';
import type { PythonParser } from '../../python/pythonTypes.ts';
import type { LocatedMethod, ReachingTest } from './reachedTests.ts';

/** A method that is to become a row, with all that its row is made of. */
export interface RowRequest {
  readonly located: LocatedMethod;
  readonly source: string;
  readonly tests: readonly ReachingTest[];
  readonly parser: PythonParser;
  readonly seed: string;
  /** Share of the method's lines that stand elsewhere in the tree. */
  readonly recurringLines: number;
}

/** The row with some of our additions changed. */
export function withAdditions(row: Row, changes: Partial<RowAdditions>): Row {
  return row.triathlon === undefined ? row : { ...row, triathlon: { ...row.triathlon, ...changes } };
}
