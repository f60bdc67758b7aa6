import { Command } from 'commander';
import { copyResources } from './copyResources.ts';

/** `bench get-resources`: writes everything that is shipped beside the code. */
export function getResourcesCommand(): Command {
  return new Command('get-resources')
    .description(
      'Write the shipped resources (configs, prompts, repositories, datasets, runner) into a folder.',
    )
    .argument('<folder>', 'where to')
    .option('--force', 'overwrite files that exist')
    .addHelpText('after', '\nExample:\n  bench get-resources resources-copy')
    .action((folder: string, options: { force?: true }) =>
      copyResources({ from: '', to: folder, force: options.force === true }),
    );
}
