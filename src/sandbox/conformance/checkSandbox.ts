import type { Lane, TestReport } from '../../core/testReport.ts';
import type { PreparedEnvironment, Sandbox, SandboxRequest } from '../../ports/sandbox.ts';
import { abuseCases } from './abuseCases.ts';
import { bombCases } from './bombCases.ts';
import { limits, requestAtImport, requestWith } from './candidates.ts';
import type { ConformanceCase } from './case.ts';
import { findDifferences, findFaults } from './checkCase.ts';
import { crashCases, forgedText } from './crashCases.ts';
import { refusalCases } from './refusals.ts';
import { reference, verdictCases } from './verdictCases.ts';

/** All candidates, by what they are about. */
export const conformanceGroups = {
  verdicts: [reference, ...verdictCases],
  crashes: [...crashCases, forgedText],
  bombs: bombCases,
  refusals: refusalCases,
  abuses: abuseCases,
} as const;

const conformanceCases: readonly ConformanceCase[] = Object.values(conformanceGroups).flat();

export interface CaseResult {
  readonly name: string;
  /** What is wrong, one line each; none when the report is as it must be. */
  readonly faults: readonly string[];
  readonly report: TestReport;
}

export interface SandboxToCheck {
  readonly sandbox: Sandbox;
  readonly environment: PreparedEnvironment;
  readonly lane: Lane;
  readonly signal: AbortSignal;
  readonly cases?: readonly ConformanceCase[];
  readonly onResult?: (result: CaseResult) => void;
}

/**
 * Runs every candidate. Nothing of one may be left for the next: the reference is run after each where they share a slot,
 * and at the end in the strict lane.
 */
export async function checkSandbox(check: SandboxToCheck): Promise<CaseResult[]> {
  const { cases = conformanceCases, lane } = check;
  const results: CaseResult[] = [];
  for (const [index, expected] of cases.entries()) {
    const report = await run(check, expected);
    const isLast = index === cases.length - 1;
    const after = lane !== 'strict' || isLast ? await runReference(check) : [];
    const result = { name: expected.name, faults: [...findFaults(expected, report), ...after], report };
    results.push(result);
    check.onResult?.(result);
  }
  return results;
}

async function run(check: SandboxToCheck, expected: ConformanceCase): Promise<TestReport> {
  return check.sandbox.run(await requestOf(check, expected), check.signal);
}

async function runReference(check: SandboxToCheck): Promise<string[]> {
  const faults = findFaults(reference, await run(check, reference));
  return faults.map((fault) => `the reference after it: ${fault}`);
}

/** The results of one provider, with what differs from another's added to their faults. */
export function compareResults(
  results: readonly CaseResult[],
  others: readonly CaseResult[],
  otherName: string,
): CaseResult[] {
  return results.map((result) => {
    const other = others.find(({ name }) => name === result.name);
    const expected = conformanceCases.find(({ name }) => name === result.name);
    if (other === undefined || expected === undefined) return result;
    const differences = findDifferences(expected, other.report, result.report);
    return {
      ...result,
      faults: [...result.faults, ...differences.map((line) => `other than ${otherName}: ${line}`)],
    };
  });
}

async function requestOf(
  { environment, lane }: SandboxToCheck,
  expected: ConformanceCase,
): Promise<SandboxRequest> {
  const make = expected.where === 'module' ? requestAtImport : requestWith;
  return make(environment, expected.statements, {
    lane,
    limits: { ...limits, ...expected.limits },
    ...(expected.tests === undefined ? {} : { tests: expected.tests }),
  });
}
