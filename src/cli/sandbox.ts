import { Command } from 'commander';
import { sandboxServeCommand } from './sandboxServe.ts';

/** `bench sandbox serve`: the sandbox by itself. */
export function sandboxCommand(): Command {
  return new Command('sandbox')
    .description('The sandbox by itself, without models and runs.')
    .addCommand(sandboxServeCommand());
}
