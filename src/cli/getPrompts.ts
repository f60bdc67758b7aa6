import { Command } from 'commander';
import { copyResources } from './copyResources.ts';

/** `bench get-prompts`: writes the shipped prompts for editing. */
export function getPromptsCommand(): Command {
  return new Command('get-prompts')
    .description('Write the prompts of the three tasks into a folder, to be edited.')
    .argument('[folder]', 'where to', 'prompts')
    .option('--force', 'overwrite files that exist')
    .addHelpText(
      'after',
      '\nExample:\n  bench get-prompts prompts\n  bench submit --config config.yaml --set paths.prompts=prompts\n' +
        '\nOther prompts make another run: their digest is part of what a run must have in common to be resumed.',
    )
    .action((folder: string, options: { force?: true }) =>
      copyResources({ from: 'prompts', to: folder, force: options.force === true }),
    );
}
