import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { resourcePath } from '../config/resources.ts';
import { writeNewFiles } from './writeOnce.ts';

/** `bench get-config`: writes the documented defaults as a starting point. */
export function getConfigCommand(): Command {
  return new Command('get-config')
    .description('Write a configuration file with every key, its default and what it means.')
    .argument('[file]', 'where to; - prints it', 'config.yaml')
    .option('--quickstart', 'the configuration of the quick start instead')
    .option('--force', 'overwrite a file that exists')
    .addHelpText(
      'after',
      '\nExamples:\n  bench get-config                 config.yaml in this folder\n  bench get-config - | less\n' +
        '\nA file of your own needs only the keys that differ.',
    )
    .action(getConfig);
}

function getConfig(file: string, { quickstart, force }: { quickstart?: true; force?: true }): void {
  const content = readFileSync(resourcePath(quickstart ? 'quickstart.yaml' : 'config_default.yaml'), 'utf8');
  if (file === '-') {
    process.stdout.write(content);
    return;
  }
  for (const path of writeNewFiles([{ path: file, content }], force === true))
    process.stdout.write(`${path}\n`);
}
