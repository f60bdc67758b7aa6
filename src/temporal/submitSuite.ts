import { setTimeout as sleep } from 'node:timers/promises';
import {
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import { suiteIdentity } from '../../activities/suiteIdentity.ts';
import type { benchSuite } from '../../workflows/benchSuite.ts';
import { joinSuite } from '../../workflows/messages.ts';
import { suiteId, versionQueue } from '../../workflows/workflowIds.ts';
import { ConfigError } from '../core/errors.ts';
import { otherVersion } from '../core/flow/identity.ts';
import type { SuiteRequest } from '../core/run.ts';
import { planningWaits } from './followSuite.ts';
import { isOfOtherVersion, versionGap } from './versionGap.ts';

export interface Submission {
  readonly handle: WorkflowHandle<typeof benchSuite>;
  readonly suite: string;
}

export interface SubmitOptions {
  readonly fresh: boolean;
  /** Told what its planning waits for. */
  readonly onWait?: (line: string) => void;
}

/**
 * Starts a suite, or joins the open one of the same name if it asks for the same thing. Returns when everything
 * that can be checked before money is spent has been checked. Throws ConfigError with the keys that differ.
 */
export async function submitSuite(
  client: Client,
  suite: SuiteRequest,
  options: SubmitOptions,
): Promise<Submission> {
  const name = options.fresh ? `${suite.name}-${Date.now().toString(36)}` : suite.name;
  await refuseStranded(client, name);
  const start = new WithStartWorkflowOperation<typeof benchSuite>('benchSuite', {
    workflowId: suiteId(name),
    taskQueue: versionQueue,
    args: [{ suite, fresh: options.fresh }],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    staticSummary: `${suite.runs.length} run${suite.runs.length === 1 ? '' : 's'}`,
  });
  try {
    const joining = client.workflow.executeUpdateWithStart(joinSuite, {
      args: [suiteIdentity(suite)],
      startWorkflowOperation: start,
    });
    const differing = await telling(joining, { client, name, onWait: options.onWait });
    refuseOther(name, differing);
  } catch (error) {
    // A suite that fails while it is planned cannot answer: its own result says why.
    if (error instanceof WorkflowUpdateFailedError) await (await start.workflowHandle()).result();
    throw error;
  }
  return { handle: await start.workflowHandle(), suite: name };
}

interface Waiting {
  readonly client: Client;
  readonly name: string;
  readonly onWait: SubmitOptions['onWait'];
}

const lookEveryMilliseconds = 3000;

/** A suite answers when it is planned: what that waits for is told meanwhile, each thing once. */
async function telling<T>(joining: Promise<T>, { client, name, onWait }: Waiting): Promise<T> {
  if (onWait === undefined) return joining;
  const settled = joining.then(
    () => true,
    () => true,
  );
  const told = new Set<string>();
  const pause = (): Promise<false> => sleep(lookEveryMilliseconds, false as const, { ref: false });
  while (!(await Promise.race([settled, pause()]))) {
    for (const [words, line] of await planningWaits(client, name).catch(() => [])) {
      if (!told.has(words)) onWait(line);
      told.add(words);
    }
  }
  return joining;
}

/** An open suite of the same name whose workers are gone would never answer. */
async function refuseStranded(client: Client, name: string): Promise<void> {
  const open = await client.workflow
    .getHandle(suiteId(name))
    .describe()
    .catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    });
  if (open?.status.name !== 'RUNNING' || !isOfOtherVersion(open.taskQueue)) return;
  const gap = await versionGap(client, open.taskQueue);
  if (gap !== null)
    throw new ConfigError(`A suite ${name} is open: ${gap}.\nOr start another beside it with --new.`);
}

function refuseOther(name: string, differing: readonly string[]): void {
  if (differing.length === 0) return;
  if (differing.includes(otherVersion))
    throw new ConfigError(
      `A suite ${name} is open that workers of another version began: they bring it to its end.\n` +
        `Wait for it, or cancel it with \`bench cancel ${name}\` and submit again: this version goes on with what is there.`,
    );
  const shown = differing.slice(0, 8).join(', ') + (differing.length > 8 ? ', …' : '');
  throw new ConfigError(
    `A suite ${name} is open and asks for something else: ${shown}.\n` +
      `Wait for it, cancel it with \`bench cancel ${name}\`, or start another beside it with --new.`,
  );
}
