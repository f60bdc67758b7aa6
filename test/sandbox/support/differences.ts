import { inspect, isDeepStrictEqual } from 'node:util';
import type { Lane, TestReport } from '../../../src/core/testReport.ts';
import type { Sandbox } from '../../../src/ports/sandbox.ts';
import type { LaneCandidate } from './laneCandidates.ts';
import { comparable } from './laneCandidates.ts';

const never = new AbortController().signal;

/** A lane of a provider. */
export interface WayToGrade {
  readonly sandbox: Sandbox;
  readonly lane: Lane;
}

/** What each way but the first reports otherwise than the first, one text each. `onReport` hears all reports. */
export async function findDifferences(
  candidates: readonly LaneCandidate[],
  ways: readonly WayToGrade[],
  onReport: (report: TestReport, way: WayToGrade) => void = () => undefined,
): Promise<string[]> {
  const differences: string[] = [];
  for (const { name, request } of candidates) {
    const reports: TestReport[] = [];
    for (const way of ways) {
      const report = await way.sandbox.run({ ...request, lane: way.lane }, never);
      onReport(report, way);
      reports.push(report);
    }
    const [first, ...others] = reports;
    for (const other of others) {
      if (first === undefined || isSame(first, other)) continue;
      differences.push(
        `${name} in ${other.provider} ${other.lane}\n${inspect([other, first], { depth: 6 })}`,
      );
    }
  }
  return differences;
}

function isSame(one: TestReport, other: TestReport): boolean {
  return isDeepStrictEqual(comparable(one), comparable(other)) && !other.overruled;
}
