import { Command } from 'commander';
import type { SuiteRequest } from '../core/run.ts';
import { submitSuite } from '../temporal/submitSuite.ts';
import { suiteId } from '../../workflows/workflowIds.ts';
import { runsOfSuite } from '../temporal/followSuite.ts';
import {
  configFromOptions,
  suiteFromOptions,
  withConfigOptions,
  type ConfigOptions,
} from './configOptions.ts';
import { dryRun } from './dryRun.ts';
import { Interrupted } from './failure.ts';
import { followSuite } from './follow.ts';
import { interruptSignal } from './interrupt.ts';
import { printSummaries, readSummaries } from './results.ts';
import { tell, uiLink, withSession, type Session } from './session.ts';
import { openWorker } from './workerProcess.ts';

interface RunOptions extends ConfigOptions {
  readonly new?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `bench run`: server, worker, progress and table in one command. */
export function runCommand(): Command {
  const command = new Command('run').description(
    'Run a configuration here and now: starts the Temporal server if none answers, works, shows progress, prints the table.',
  );
  return withConfigOptions(command)
    .option('--new', 'start other runs beside existing ones of the same name')
    .option('--dry-run', 'print what would run, and stop')
    .option('--json', 'print the summaries as JSON')
    .addHelpText(
      'after',
      `
Examples:
  bench run --config resources/quickstart.yaml
  bench run --config config.yaml --set inference.max_iter=3 --max_items 10

Ctrl-C, kill -9 and power cuts lose nothing: the same command goes on where it stopped.
The server and its Web UI stay up until \`bench server stop\`.`,
    )
    .action(run);
}

async function run(options: RunOptions): Promise<void> {
  const suite = await suiteFromOptions(options);
  if (options.dryRun === true) return dryRun(suite);
  const config = await configFromOptions(options);
  const signal = interruptSignal();
  await withSession({ config, start: true }, async (session) => {
    const worker = await openWorker(session, { graceSeconds: 5 });
    try {
      await submitAndFollow({ session, suite, options, signal });
    } finally {
      await worker.stop();
    }
  });
}

interface Following {
  readonly session: Session;
  readonly suite: SuiteRequest;
  readonly options: RunOptions;
  readonly signal: AbortSignal;
}

async function submitAndFollow({ session, suite, options, signal }: Following): Promise<void> {
  for (const notice of suite.notices) tell(notice);
  const submission = await submitSuite(session.client, suite, { fresh: options.new === true });
  const link = uiLink(session, suiteId(submission.suite));
  if (link !== null) tell(`Web UI: ${link}`);
  const planned = await runsOfSuite(session.client, submission.suite);
  const folders = (planned?.runs ?? []).map(({ folder }) => folder);
  const outcome = await followSuite(session, submission, signal);
  if (outcome === 'interrupted') {
    throw new Interrupted('Stopped. Nothing is lost: the same command goes on where it stopped.');
  }
  printSummaries(await readSummaries(folders), options.json === true);
  // A run that failed as a whole says why here.
  await submission.handle.result();
  tell(`Results: ${folders.join('\n         ')}`);
  if (link !== null) tell(`Web UI:  ${link} (up until \`bench server stop\`)`);
}
