import type { TestStatus } from '../../core/row.ts';
import type { TestReport } from '../../core/testReport.ts';
import type { SandboxLimits } from '../../ports/sandbox.ts';

/** A candidate with the report that every provider must give for it. */
export interface ConformanceCase {
  readonly name: string;
  /** Put first into the function, or at the end of the file. */
  readonly statements: string;
  readonly where?: 'function' | 'module';
  readonly tests?: readonly string[];
  readonly limits?: Partial<SandboxLimits>;
  /** More than one where a race decides, as between two limits. */
  readonly ended: TestReport['ended'] | readonly TestReport['ended'][];
  /** Each test's status; none when it did not get that far. */
  readonly statuses?: Readonly<Record<string, TestStatus>>;
  /** What the first test's message must be like. */
  readonly message?: RegExp;
  /** What the output must be like. */
  readonly output?: RegExp;
  /** A flag that the report must carry. */
  readonly flag?: string;
}
