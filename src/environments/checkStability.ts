import { join } from 'node:path';
import { digestOf } from '../core/digest.ts';
import type { TestReport } from '../core/testReport.ts';
import { seededOrder } from '../dataset/builder/seededOrder.ts';
import { openWorkFolder } from '../dataset/builder/workFolder.ts';
import { mapLimited } from '../dataset/mapLimited.ts';
import type { PreparedEnvironment } from '../ports/sandbox.ts';
import { runTests, runnerDigest } from '../sandbox/index.ts';
import { groupByModule } from './baseline.ts';
import { updateQuarantine, type Quarantine, type QuarantinedTest } from './quarantine.ts';

export interface StabilityRequest {
  readonly environment: PreparedEnvironment;
  readonly tests: readonly string[];
  readonly repeats: number;
  /** Groups of tests run side by side: 1 leaves the machine quiet, more than its cores keeps them busy. */
  readonly slots: number;
  readonly load: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

export interface StabilityFound {
  readonly tests: number;
  readonly repeats: number;
  /** Tests that did not do the same each time. */
  readonly unsteady: Quarantine;
  /** Tests whose only status is another than `passed`, by status. */
  readonly otherwise: ReadonlyMap<string, number>;
}

/**
 * Runs tests on the reference several times, each time in another order, and puts those that do not have one status
 * each time into quarantine. Every finished group is kept, so that an interrupted check goes on where it was.
 */
export async function checkStability(request: StabilityRequest): Promise<StabilityFound> {
  const { environment, repeats, slots, onProgress } = request;
  const tests = [...new Set(request.tests)].sort();
  const runner = await runnerDigest();
  const parts = Array.from({ length: repeats }, (_, order) => partsOf(tests, order)).flat();
  let done = 0;
  const seen = await mapLimited(parts, slots, async (part) => {
    const statuses = await statusesOf(request, runner, part);
    done += 1;
    const { order, ids } = part;
    onProgress(
      `${done}/${parts.length}: order ${order + 1}, ${ids.length} tests of ${ids[0]?.split('.')[0] ?? ''}`,
    );
    return { order, statuses };
  });
  const runs = collectRuns(seen, request.load);
  const unsteady = new Map([...runs].flatMap(asUnsteady(runner)));
  await updateQuarantine(environment, { runner, checked: tests, found: unsteady });
  return { tests: tests.length, repeats, unsteady, otherwise: countOtherwise(runs, unsteady) };
}

interface Part {
  readonly order: number;
  readonly ids: readonly string[];
}

/** Modules, and in them classes, and in them tests, are shuffled: a class is set up once, as it is when graded. */
function partsOf(tests: readonly string[], order: number): Part[] {
  const seed = String(order);
  const groups = groupByModule(tests).map((group) => ({
    order,
    ids: seededOrder(groupByClass(group), ([first]) => classOf(first ?? ''), seed).flatMap((ids) =>
      seededOrder(ids, (id) => id, seed),
    ),
  }));
  return [...seededOrder(groups, ({ ids }) => ids[0] ?? '', seed)];
}

function groupByClass(tests: readonly string[]): string[][] {
  return [...Map.groupBy(tests, classOf).values()];
}

function classOf(test: string): string {
  return test.slice(0, test.lastIndexOf('.'));
}

function statusesOf(
  request: StabilityRequest,
  runner: string,
  { order, ids }: Part,
): Promise<Record<string, string>> {
  const { environment, load } = request;
  request.signal.throwIfAborted();
  const work = openWorkFolder(join(environment.root, 'stability', runner.slice(-16)));
  return work.keep(digestOf({ ids, load, order }), () => runGroup(request, ids));
}

/** A group that does not come to its end is halved until the test is found that ends it. */
async function runGroup(request: StabilityRequest, ids: readonly string[]): Promise<Record<string, string>> {
  const { environment, signal } = request;
  const report = await runTests({ environment, tests: ids, signal });
  if (report.ended === 'completed') return Object.fromEntries(ids.map((id) => [id, statusIn(report, id)]));
  if (ids.length === 1) return { [ids[0] ?? '']: report.ended };
  const half = Math.ceil(ids.length / 2);
  const first = await runGroup(request, ids.slice(0, half));
  return { ...first, ...(await runGroup(request, ids.slice(half))) };
}

function statusIn(report: TestReport, id: string): string {
  return report.tests[id]?.status ?? 'missing';
}

type Runs = QuarantinedTest['runs'];

function collectRuns(
  seen: readonly { order: number; statuses: Readonly<Record<string, string>> }[],
  load: boolean,
): Map<string, Runs> {
  const runs = new Map<string, Runs>();
  for (const { order, statuses } of seen) {
    for (const [test, status] of Object.entries(statuses)) {
      runs.set(test, [...(runs.get(test) ?? []), { order: order + 1, load, status }]);
    }
  }
  return runs;
}

function asUnsteady(runner: string): (entry: [string, Runs]) => [string, QuarantinedTest][] {
  return ([test, runs]) => {
    const statuses: Record<string, number> = {};
    for (const { status } of runs) statuses[status] = (statuses[status] ?? 0) + 1;
    return Object.keys(statuses).length > 1 ? [[test, { runner, statuses, runs }]] : [];
  };
}

function countOtherwise(runs: ReadonlyMap<string, Runs>, unsteady: Quarantine): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [test, [first]] of runs) {
    const status = first?.status ?? 'missing';
    if (!unsteady.has(test) && status !== 'passed') counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return counts;
}
