import { Command } from 'commander';
import type { Override } from '../config/overrides.ts';
import { ConfigError } from '../core/errors.ts';

export interface RegradeFlags {
  readonly lane?: string;
  readonly provider?: string;
  readonly set: readonly string[];
  readonly new?: boolean;
  readonly json?: boolean;
}

/** `bench regrade RUN…`: the answers that runs were given, graded again in run folders of their own. */
export function regradeCommand(): Command {
  return new Command('regrade')
    .description(
      'Grade the answers of runs again (another grader, environment or lane) in new run folders beside them, without one request to a model, and show which verdicts changed.',
    )
    .argument('<folders...>', 'folders of runs, or a folder that holds some')
    .option('--lane <name>', 'how fresh a candidate’s process is (grading.lane)')
    .option('--provider <name>', 'what contains it (inference.sandbox_provider)')
    .option(
      '-s, --set <key=value>',
      'set any key of grading, docker, inference_pars or temporal',
      (value: string, before: readonly string[]) => [...before, value],
      [],
    )
    .option('--new', 'start another one beside an earlier one of the same name')
    .option('--json', 'print the changes as JSON')
    .addHelpText('after', help)
    .action(regrade);
}

const help = `
What is not set is as the run had it. A turn whose tests pass now is the last one, as in any run; where they do not any
more, no further answer is there, and that is said.

Examples:
  bench regrade results/django-completion-my-model --lane strict
  bench regrade results --set grading.time_limit_factor=20 --new`;

async function regrade(folders: readonly string[], flags: RegradeFlags): Promise<void> {
  const { parseSetFlag } = await import('../config/overrides.ts');
  const overrides = [...flags.set.map(parseSetFlag), ...namedFlags(flags)];
  refuseOtherKeys(overrides);
  const { regradeRuns } = await import('./regradeRuns.ts');
  await regradeRuns(folders, {
    overrides,
    fresh: flags.new === true,
    json: flags.json === true,
  });
}

function namedFlags({ lane, provider }: RegradeFlags): Override[] {
  const flags = [
    { key: 'grading.lane', value: lane, flag: '--lane' },
    { key: 'inference.sandbox_provider', value: provider, flag: '--provider' },
  ];
  return flags.filter(({ value }) => value !== undefined);
}

/** Everything else belongs to the questions, which were asked long ago. */
function refuseOtherKeys(overrides: readonly Override[]): void {
  const allowed = /^(?:grading|docker|inference_pars|temporal)\.|^inference\.sandbox_/;
  const other = overrides.find(({ key }) => !allowed.test(key));
  if (other === undefined) return;
  throw new ConfigError(
    `${other.flag}: expected a key of grading, docker, inference_pars or temporal, found ${other.key}: answers that were given cannot be asked for in another way.\n` +
      'bench run --replay RUN asks anew what differs, and takes the rest from the run.',
  );
}
