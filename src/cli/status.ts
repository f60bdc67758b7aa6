import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { Command } from 'commander';
import type { benchSuite } from '../../workflows/benchSuite.ts';
import { suiteId } from '../../workflows/workflowIds.ts';
import type { GateState } from '../../activities/feeding/gate.ts';
import { ConfigError } from '../core/errors.ts';
import type { RunProgress } from '../core/flow/plans.ts';
import { renderFeeding, renderProgressLine } from '../report/progress.ts';
import { feedingOf, liveProgress, openPlannings, waitingSteps } from '../temporal/followSuite.ts';
import { allWorkers, withoutStart } from '../temporal/pollers.ts';
import { isOfOtherVersion, versionGap } from '../temporal/versionGap.ts';
import { exitCodes, Interrupted } from './failure.ts';
import { followSuite } from './follow.ts';
import { interruptSignal } from './interrupt.ts';
import { withSession } from './session.ts';

interface RunStatus {
  readonly run: string;
  readonly progress: RunProgress | null;
  readonly waiting: readonly string[];
  readonly feeding: GateState | null;
}

/** `bench status`: the server, its workers, every open run, and what is being waited for. */
export function statusCommand(): Command {
  return new Command('status')
    .description('Show the server, its workers, every open run, and what is being waited for.')
    .option('--json', 'print data as JSON')
    .action(status);
}

/** `bench watch SUITE`: shows progress until the suite ends. */
export function watchCommand(): Command {
  return new Command('watch')
    .description('Show the progress of an open suite until it ends; Ctrl-C stops watching, not the suite.')
    .argument('<suite>', 'name of the suite, as `bench submit` printed it')
    .action(watch);
}

async function status({ json }: { json?: boolean }): Promise<void> {
  await withSession({ start: false }, async ({ server, client }) => {
    const workers = await allWorkers(client);
    const planning = await openPlannings(client);
    const runs = await openRuns(client, workers.length > 0);
    if (json === true) {
      process.stdout.write(`${JSON.stringify({ server, workers, planning, runs }, null, 2)}\n`);
      return;
    }
    const ui = server.uiUrl === null ? '' : `, Web UI ${server.uiUrl}`;
    process.stdout.write(`server   ${server.address}${ui}\n`);
    process.stdout.write(
      `workers  ${workers.map(withoutStart).join(', ') || 'none: `bench worker` starts one'}\n`,
    );
    for (const { suite, waiting } of planning)
      process.stdout.write([`${suite}: being planned`, ...waiting, ''].join('\n  ').trimEnd() + '\n');
    if (runs.length === 0) process.stdout.write('runs     none is open\n');
    for (const { run, progress, waiting, feeding } of runs) {
      process.stdout.write(
        `${progress === null ? `${run}: open` : renderProgressLine(progress, Date.now())}\n`,
      );
      if (feeding !== null) process.stdout.write(`  ${renderFeeding(feeding)}\n`);
      for (const line of waiting) process.stdout.write(`  ${line}\n`);
    }
  });
}

async function openRuns(client: Client, hasWorkers: boolean): Promise<RunStatus[]> {
  const runs: RunStatus[] = [];
  const query = "WorkflowType = 'benchRun' AND ExecutionStatus = 'Running'";
  for await (const { workflowId, taskQueue } of client.workflow.list({ query })) {
    const gap = hasWorkers ? await versionGap(client, taskQueue) : null;
    const status = await statusOf(client, workflowId.replace(/^bench\//, ''), hasWorkers && gap === null);
    const note =
      gap ?? (isOfOtherVersion(taskQueue) ? `workers of another version have it (${taskQueue})` : null);
    runs.push(note === null ? status : { ...status, waiting: [note, ...status.waiting] });
  }
  return runs;
}

async function statusOf(client: Client, run: string, answered: boolean): Promise<RunStatus> {
  const waiting = await waitingSteps(client, run);
  const feeding = await feedingOf(client, run);
  // Queries are answered by workers: without one there is nobody to ask.
  const progress = answered ? await liveProgress(client, run).catch(() => null) : null;
  return { run, progress, waiting, feeding };
}

async function watch(suite: string): Promise<void> {
  const signal = interruptSignal();
  await withSession({ start: false }, async (session) => {
    const handle = session.client.workflow.getHandle<typeof benchSuite>(suiteId(suite));
    await handle.describe().catch((error: unknown) => {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      throw new ConfigError(`There is no suite ${suite}: \`bench status\` lists the open runs.`);
    });
    const outcome = await followSuite(session, { handle, suite }, signal);
    if (outcome === 'interrupted') throw new Interrupted(`Still running: bench watch ${suite}`);
    for (const { run, headline, folder, counts } of await handle.result()) {
      process.stdout.write(`${run}: ${headline} (${folder})\n`);
      if (counts.unscored > 0) process.exitCode = exitCodes.unfinished;
    }
  });
}
