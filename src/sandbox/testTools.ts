import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SandboxError } from '../core/errors.ts';
import type { TestReport } from '../core/testReport.ts';
import type { PreparedEnvironment, SandboxLimits } from '../ports/sandbox.ts';
import { createBubblewrapLauncher } from './bubblewrap/bubblewrapLauncher.ts';
import { executeOnce } from './lanes/executeOnce.ts';

/** Generous limits for the reference's own tests. */
export const builderLimits: SandboxLimits = {
  wallSeconds: 600,
  cpuSeconds: 600,
  memoryBytes: 2 * 1024 ** 3,
  processes: 128,
  fileBytes: 64 << 20,
  outputBytes: 64 << 20,
};

interface ToolInput {
  readonly environment: PreparedEnvironment;
  readonly limits?: Partial<SandboxLimits>;
  readonly signal?: AbortSignal;
}

/** Runs tests on the reference, or on the tree with one file replaced, in a sandbox of its own. Not queued: limit it yourself. */
export async function runTests(
  input: ToolInput & {
    readonly tests: readonly string[];
    readonly overlay?: { readonly filePath: string; readonly content: string };
  },
): Promise<TestReport> {
  const { report } = await executeOnce(createBubblewrapLauncher(), {
    ...common(input),
    job: { kind: 'run', tests: input.tests },
    overlays: input.overlay ? [input.overlay] : [],
  });
  return report;
}

/** Ids of all tests under the labels (`aggregation`, `aggregation.tests.AggregateTestCase` …) that can be run by their id. */
export async function listTests(
  input: ToolInput & { readonly labels: readonly string[] },
): Promise<readonly string[]> {
  const { report, frame } = await executeOnce(createBubblewrapLauncher(), {
    ...common(input),
    job: { kind: 'list', labels: input.labels },
    overlays: [],
  });
  if (frame?.list === undefined) throw brokenRun('list the tests', input.labels, report);
  return frame.list;
}

const coverageSchema = z.object({
  contexts: z.array(z.object({ kind: z.enum(['test', 'class']), id: z.string() })),
  files: z.record(z.string(), z.array(z.array(z.int()))),
});

/**
 * Lines of the target folders that each test reaches. `contexts` are tests, and classes for what ran in their set-up;
 * `files` maps a path in the source tree to entries `[context, first, last, first, last, …]` of 1-based line ranges.
 * Lines that run at import belong to no test and are not here.
 */
export interface CoverageRecord extends z.infer<typeof coverageSchema> {
  /** Statuses of all the labels' tests, and their seconds under coverage. */
  readonly report: TestReport;
}

/** Runs all tests under the labels with coverage.py, a context per test. Trusted: for the reference only. */
export async function recordCoverage(
  input: ToolInput & { readonly labels: readonly string[] },
): Promise<CoverageRecord> {
  const outputFolder = await mkdtemp(join(input.environment.root, 'coverage-output-'));
  try {
    const { report } = await executeOnce(createBubblewrapLauncher(), {
      ...common(input),
      job: { kind: 'coverage', labels: input.labels, output: '/bench/output' },
      overlays: [],
      outputFolder,
    });
    if (report.ended !== 'completed') throw brokenRun('record the coverage', input.labels, report);
    const text = await readFile(join(outputFolder, 'coverage.json'), 'utf8').catch(() => {
      throw brokenRun('record the coverage', input.labels, report);
    });
    return { ...coverageSchema.parse(JSON.parse(text)), report };
  } finally {
    await rm(outputFolder, { recursive: true, force: true });
  }
}

function common(input: ToolInput): {
  environment: PreparedEnvironment;
  limits: SandboxLimits;
  signal: AbortSignal;
} {
  return {
    environment: input.environment,
    limits: { ...builderLimits, ...input.limits },
    signal: input.signal ?? new AbortController().signal,
  };
}

function brokenRun(what: string, labels: readonly string[], report: TestReport): SandboxError {
  const said = report.output.trim().split('\n').at(-1) ?? '';
  return new SandboxError(
    `Could not ${what} of ${labels.slice(0, 3).join(', ')}${labels.length > 3 ? ' …' : ''}: ${report.ended}; ${said}`,
  );
}
