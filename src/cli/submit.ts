import { Command } from 'commander';
import { withServers } from './autorun.ts';
import {
  configFromOptions,
  suiteFromOptions,
  withConfigOptions,
  type ConfigOptions,
} from './configOptions.ts';

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
  if (options.dryRun === true) return (await import('./dryRun.ts')).dryRun(suite);
  const { handOver } = await import('./handOver.ts');
  const { new: fresh = false, json = false } = options;
  await withServers(options, async (served, servers) => {
    await handOver({
      suite: served === options ? suite : await suiteFromOptions(served),
      config: await configFromOptions(served),
      fresh,
      json,
      // Servers that this command started live as long as it does.
      wait: options.wait === true || servers !== null,
      servers,
    });
  });
}
