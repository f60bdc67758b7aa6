import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { testStatuses, type TestStatus } from '../core/row.ts';
import type { PreparedEnvironment } from '../ports/sandbox.ts';
import { SandboxError } from '../core/errors.ts';
import { runTests } from '../sandbox/testTools.ts';
import { withLock } from '../../setup/lock.js';

const entrySchema = z.object({ status: z.enum([...testStatuses, 'flaky', 'missing']), seconds: z.number() });
const baselineSchema = z.record(z.string(), entrySchema);

/**
 * A test's status on the reference; `flaky` when its runs disagreed, `missing` when it did not run. Seconds are the
 * longest seen, without start-up.
 */
export interface BaselineEntry {
  readonly status: TestStatus | 'flaky' | 'missing';
  readonly seconds: number;
}

export type Baseline = ReadonlyMap<string, BaselineEntry>;

/**
 * Statuses of these tests on the reference. Known ones are read from the environment's `baseline.json`; the others are
 * run `repeats` times, in groups that share a class, and written there. The file only grows.
 */
export async function recordBaseline(
  environment: PreparedEnvironment,
  tests: readonly string[],
  options: { repeats?: number; onProgress?: (line: string) => void; signal?: AbortSignal } = {},
): Promise<Baseline> {
  const known = await readBaseline(environment);
  const unknown = [...new Set(tests)].filter((test) => !known.has(test));
  const groups = groupByModule(unknown);
  const found = new Map<string, BaselineEntry>();
  for (const [index, group] of groups.entries()) {
    options.onProgress?.(
      `baseline ${index + 1} of ${groups.length}: ${group.length} tests, from ${group[0] ?? ''}`,
    );
    for (let repeat = 0; repeat < (options.repeats ?? 2); repeat += 1) {
      const report = await runTests({
        environment,
        tests: group,
        ...(options.signal ? { signal: options.signal } : {}),
      });
      if (report.ended !== 'completed') {
        throw new SandboxError(
          `The reference's own tests ended with ${report.ended}: ${group[0] ?? ''} and others.`,
        );
      }
      for (const test of group) merge(found, test, report.tests[test]);
    }
  }
  if (found.size > 0) await addToBaseline(environment, found);
  const all = new Map([...known, ...found]);
  return new Map(
    tests.flatMap((test) => {
      const entry = all.get(test);
      return entry ? [[test, entry] as const] : [];
    }),
  );
}

/** All statuses recorded so far; empty when there are none. */
export async function readBaseline(environment: PreparedEnvironment): Promise<Map<string, BaselineEntry>> {
  try {
    const text = await readFile(baselineFile(environment), 'utf8');
    return new Map(Object.entries(baselineSchema.parse(JSON.parse(text))));
  } catch {
    return new Map();
  }
}

function baselineFile(environment: PreparedEnvironment): string {
  return join(environment.root, 'baseline.json');
}

async function addToBaseline(environment: PreparedEnvironment, found: Baseline): Promise<void> {
  const path = baselineFile(environment);
  await mkdir(environment.root, { recursive: true });
  await withLock({ path: `${path}.lock`, waitSeconds: Infinity }, async () => {
    const merged = new Map([...(await readBaseline(environment)), ...found]);
    const sorted = Object.fromEntries([...merged].sort(([a], [b]) => (a < b ? -1 : 1)));
    await writeFile(`${path}.${process.pid}`, JSON.stringify(sorted));
    await rename(`${path}.${process.pid}`, path);
  });
}

function merge(
  found: Map<string, BaselineEntry>,
  test: string,
  result: { status: TestStatus; seconds: number } | undefined,
): void {
  const now: BaselineEntry = result
    ? { status: result.status, seconds: result.seconds }
    : { status: 'missing', seconds: 0 };
  const before = found.get(test);
  if (!before) found.set(test, now);
  else {
    const status = before.status === now.status ? now.status : 'flaky';
    found.set(test, { status, seconds: Math.max(before.seconds, now.seconds) });
  }
}

/** Tests that share their first name: what they need is set up together. */
export function groupByModule(tests: readonly string[]): string[][] {
  const groups = new Map<string, string[]>();
  for (const test of tests) {
    const key = test.split('.')[0] ?? test;
    groups.set(key, [...(groups.get(key) ?? []), test]);
  }
  return [...groups.values()];
}
