import { suiteId } from '../../workflows/workflowIds.ts';
import type { LoadedConfig } from '../config/loadConfig.ts';
import { isGradedElsewhere } from '../core/flow/decisions.ts';
import type { RunPlan } from '../core/flow/plans.ts';
import { roles } from '../core/flow/queues.ts';
import { runsOfSuite } from '../temporal/followSuite.ts';
import { submitSuite, type Submission } from '../temporal/submitSuite.ts';
import { Interrupted } from './failure.ts';
import { followSuite } from './follow.ts';
import { interruptSignal } from './interrupt.ts';
import { needWorkers } from './needWorkers.ts';
import { printSummaries, readSummaries } from './results.ts';
import { isSweep, sweepTable } from './sweepTable.ts';
import type { RunHere } from './runSuite.ts';
import { tell, tellNews, uiLink, withSession, type Session } from './session.ts';

/** Hands a suite to the server and its workers; returns at once, or waits for its end. */
export async function handOver({
  suite,
  config,
  fresh,
  json,
  wait,
  servers,
}: RunHere & { wait: boolean }): Promise<void> {
  await withSession({ config, start: true }, async (session) => {
    await needWorkers(session, isGradedElsewhere(suite) ? ['workflow', 'model'] : roles);
    for (const notice of suite.notices) tell(notice);
    const submission = await submitSuite(session.client, suite, { fresh, onWait: tell });
    const planned = await runsOfSuite(session.client, submission.suite);
    tellNews(suite.notices, planned?.notices ?? []);
    const submitted = { submission, runs: planned?.runs ?? [], json, config };
    if (wait)
      await Promise.race([waitForEnd(session, submitted), ...(servers === null ? [] : [servers.failed])]);
    else print(session, submitted);
  });
}

interface Submitted {
  readonly submission: Submission;
  readonly runs: readonly RunPlan[];
  readonly json: boolean;
  readonly config: LoadedConfig;
}

async function waitForEnd(session: Session, { submission, runs, json, config }: Submitted): Promise<void> {
  const signal = interruptSignal();
  const outcome = await followSuite(session, submission, signal);
  if (outcome === 'interrupted') throw new Interrupted(`Still running: bench watch ${submission.suite}`);
  const folders = runs.map(({ folder }) => folder);
  printSummaries(await readSummaries(folders), json);
  if (isSweep(config) && !json) process.stdout.write(await sweepTable(config, folders));
  await submission.handle.result();
}

function print(session: Session, { submission, runs, json }: Submitted): void {
  const { suite } = submission;
  const link = uiLink(session, suiteId(suite));
  if (json) {
    const data = { suite, workflowId: suiteId(suite), runs, webUi: link };
    return void process.stdout.write(`${JSON.stringify(data, null, 2)}\n`);
  }
  for (const { run, folder, itemCount, finishedBefore } of runs) {
    const before = finishedBefore > 0 ? `, ${finishedBefore} finished before` : '';
    tell(`bench/${run}: ${itemCount} items${before}, results in ${folder}`);
  }
  tell(`Watch it: bench watch ${suite}${link === null ? '' : `\nWeb UI:   ${link}`}`);
}
