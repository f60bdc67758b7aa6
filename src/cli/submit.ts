import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { suiteId } from '../../workflows/workflowIds.ts';
import { ConfigError } from '../core/errors.ts';
import type { RunPlan } from '../core/flow/plans.ts';
import { benchHome } from '../environments/benchHome.ts';
import { runsOfSuite } from '../temporal/followSuite.ts';
import { pollersOf } from '../temporal/pollers.ts';
import { submitSuite, type Submission } from '../temporal/submitSuite.ts';
import {
  configFromOptions,
  suiteFromOptions,
  withConfigOptions,
  type ConfigOptions,
} from './configOptions.ts';
import { dryRun } from './dryRun.ts';
import { followSuite } from './follow.ts';
import { interruptSignal } from './interrupt.ts';
import { printSummaries, readSummaries } from './results.ts';
import { tell, uiLink, withSession, type Session } from './session.ts';

interface SubmitOptions extends ConfigOptions {
  readonly new?: boolean;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** `bench submit`: hands a configuration to the server and its workers. */
export function submitCommand(): Command {
  const command = new Command('submit').description(
    'Hand a configuration to the Temporal server and its workers, and return. Submitting again joins or resumes.',
  );
  return withConfigOptions(command)
    .option('--new', 'start other runs beside existing ones of the same name')
    .option('--wait', 'show progress and the table, as bench run does')
    .option('--dry-run', 'print what would run, and stop')
    .option('--json', 'print data as JSON')
    .addHelpText(
      'after',
      `
Examples:
  bench submit --config config.yaml
  bench submit --config config.yaml --wait
The same without us:
  temporal workflow start --type benchSuite --task-queue bench --input '{"configPath": "/path/config.yaml"}'

With the embedded server, a worker is started in the background when there is none; it ends after ten idle minutes.`,
    )
    .action(submit);
}

async function submit(options: SubmitOptions): Promise<void> {
  const suite = await suiteFromOptions(options);
  if (options.dryRun === true) return dryRun(suite);
  const config = await configFromOptions(options);
  await withSession({ config, start: true }, async (session) => {
    await needWorker(session);
    for (const notice of suite.notices) tell(notice);
    const submission = await submitSuite(session.client, suite, { fresh: options.new === true });
    const planned = await runsOfSuite(session.client, submission.suite);
    const runs = planned?.runs ?? [];
    if (options.wait === true) await wait(session, { submission, runs, json: options.json === true });
    else print(session, { submission, runs, json: options.json === true });
  });
}

interface Submitted {
  readonly submission: Submission;
  readonly runs: readonly RunPlan[];
  readonly json: boolean;
}

async function wait(session: Session, { submission, runs, json }: Submitted): Promise<void> {
  const signal = interruptSignal();
  const outcome = await followSuite(session, submission, signal);
  if (outcome === 'interrupted') return tell(`Still running: bench watch ${submission.suite}`);
  printSummaries(await readSummaries(runs.map(({ folder }) => folder)), json);
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

/** Nobody polls the queue: on the embedded server we may start a worker, elsewhere that is its owner's decision. */
async function needWorker(session: Session): Promise<void> {
  const { server, client } = session;
  if ((await pollersOf(client)).length > 0) return;
  if (!server.embedded) {
    throw new ConfigError(
      `No worker polls the queue "bench" at ${server.address}: start one there with \`bench worker\`, then submit again.`,
    );
  }
  const folder = join(benchHome(), 'logs');
  await mkdir(folder, { recursive: true });
  const log = join(folder, 'background-worker.log');
  const file = openSync(log, 'a');
  const argv = [process.argv[1] ?? '', 'worker', '--keep', '--idle-exit', '600'];
  const child = spawn(process.execPath, argv, { detached: true, stdio: ['ignore', file, file] });
  child.unref();
  tell(
    `A worker was started in the background (process ${child.pid}, log ${log}); it ends after ten idle minutes.`,
  );
  for (let waited = 0; waited < 60 && (await pollersOf(client)).length === 0; waited += 1) await sleep(500);
}
