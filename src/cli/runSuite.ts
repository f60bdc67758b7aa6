import type { SuiteRequest } from '../core/run.ts';
import type { LoadedConfig } from '../config/loadConfig.ts';
import { waitForMetrics } from '../temporal/followMetrics.ts';
import { runsOfSuite } from '../temporal/followSuite.ts';
import { submitSuite } from '../temporal/submitSuite.ts';
import { suiteId } from '../../workflows/workflowIds.ts';
import type { KeptServers } from '../models/serving/index.ts';
import { followSuite } from './follow.ts';
import { interruptSignal, unlessInterrupted } from './interrupt.ts';
import { printSummaries, readSummaries } from './results.ts';
import { isSweep, sweepTable } from './sweepTable.ts';
import { tell, tellNews, uiLink, withSession, type Session } from './session.ts';
import { openWorker } from './workerProcess.ts';

export interface RunHere {
  readonly suite: SuiteRequest;
  readonly config: LoadedConfig;
  readonly fresh: boolean;
  readonly json: boolean;
  /** Model servers that the run needs; null when they are somebody else's. */
  readonly servers: KeptServers | null;
  /** What is printed of the runs' folders at the end; the table when absent. */
  readonly print?: (folders: readonly string[]) => Promise<void>;
}

/** Server, worker, progress and table in this process. */
export async function runSuite(here: RunHere): Promise<void> {
  const signal = interruptSignal();
  await withSession({ config: here.config, start: true }, async (session) => {
    const worker = await openWorker(session, { graceSeconds: 5 });
    try {
      const work = submitAndFollow(session, here, signal);
      await (here.servers === null ? work : Promise.race([work, here.servers.failed]));
    } finally {
      await worker.stop();
    }
  });
}

/** Submits a suite to the session's server, shows its progress, and prints its table. */
export async function submitAndFollow(
  session: Session,
  { suite, fresh, ...here }: Omit<RunHere, 'servers'>,
  signal: AbortSignal,
): Promise<void> {
  for (const notice of suite.notices) tell(notice);
  const submission = await unlessInterrupted(
    signal,
    submitSuite(session.client, suite, { fresh, onWait: tell }),
  );
  const link = uiLink(session, suiteId(submission.suite));
  if (link !== null) tell(`Web UI: ${link}`);
  const planned = await runsOfSuite(session.client, submission.suite);
  const runs = planned?.runs ?? [];
  tellNews(suite.notices, planned?.notices ?? []);
  const folders = runs.map(({ folder }) => folder);
  if (runs.every(({ finishedBefore, itemCount }) => finishedBefore >= itemCount)) {
    tell('All of it was finished before: nothing is run again. --new starts other runs beside these.');
  }
  await unlessInterrupted(signal, followSuite(session, submission, signal));
  await (here.print ?? printTable(here))(folders);
  // A run that failed as a whole says why here.
  await submission.handle.result();
  for (const { run, folder } of await waitForMetrics(session.client, runs)) {
    tell(
      `wandb: the figures of ${run} are not all sent yet. A worker goes on with it, or: bench wandb sync ${folder}`,
    );
  }
  tell(`Results: ${folders.join('\n         ')}`);
  if (link !== null) tell(`Web UI:  ${link} (up until \`bench server stop\`)`);
}

function printTable({ config, json }: Pick<RunHere, 'config' | 'json'>) {
  return async (folders: readonly string[]): Promise<void> => {
    printSummaries(await readSummaries(folders), json);
    if (isSweep(config) && !json) process.stdout.write(await sweepTable(config, folders));
  };
}
