import { Command } from 'commander';
import { withServers } from './autorun.ts';
import {
  configFromOptions,
  suiteFromOptions,
  withConfigOptions,
  type ConfigOptions,
} from './configOptions.ts';

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

/** The configuration is checked before anything of the engine is loaded, so that a mistake is reported at once. */
async function run(options: RunOptions): Promise<void> {
  const suite = await suiteFromOptions(options);
  if (options.dryRun === true) return (await import('./dryRun.ts')).dryRun(suite);
  await withServers(options, async (served, servers) => {
    const { runSuite } = await import('./runSuite.ts');
    const { new: fresh = false, json = false } = options;
    await runSuite({
      suite: served === options ? suite : await suiteFromOptions(served),
      config: await configFromOptions(served),
      fresh,
      json,
      servers,
    });
  });
}
