import type { TestReport } from '../../core/testReport.ts';
import type { Sandbox } from '../../ports/sandbox.ts';
import { checkIntegrity, targetJob, type CheckedAttempt } from '../runner/checkIntegrity.ts';
import { createSlots } from '../slots.ts';
import { checkBubblewrap } from './check.ts';
import { inside } from './arguments.ts';
import { execute, viewOf } from './execute.ts';

export interface BubblewrapOptions {
  /** Candidates graded at a time: the number of cores is right. */
  readonly slots: number;
  /** Use a user namespace even when started as root; otherwise only when not. */
  readonly userNamespace?: boolean;
}

/** The strict lane: a fresh process in a fresh bubblewrap for each candidate. */
export function createBubblewrapSandbox(options: BubblewrapOptions): Sandbox {
  const slots = createSlots(options.slots);
  const closing = new AbortController();
  return {
    check: checkBubblewrap,
    async prepare(environment) {
      await viewOf(environment, options.userNamespace);
    },
    run(request, signal) {
      const either = AbortSignal.any([signal, closing.signal]);
      return slots.use(either, () =>
        checkIntegrity(request, (attempt) => runAttempt(attempt, either, options.userNamespace)),
      );
    },
    close() {
      closing.abort(new Error('the sandbox was closed'));
      return Promise.resolve();
    },
  };
}

async function runAttempt(
  { request, target, isReference }: CheckedAttempt,
  signal: AbortSignal,
  userNamespace = false,
): Promise<TestReport> {
  const { environment, filePath, fileContent, tests, limits } = request;
  const integrity = target ? targetJob({ request, target, sourceRoot: inside.source }) : undefined;
  const { report } = await execute({
    environment,
    job: { kind: 'run', tests, ...(integrity ? { integrity } : {}) },
    overlays: isReference ? [] : [{ filePath, content: fileContent }],
    limits,
    signal,
    userNamespace,
  });
  return report;
}
