import { Command } from 'commander';
import { sandboxCheckCommand } from './sandboxCheck.ts';
import { sandboxServeCommand } from './sandboxServe.ts';

/** `bench sandbox check|serve`: the sandbox by itself. */
export function sandboxCommand(): Command {
  return new Command('sandbox')
    .description('The sandbox by itself, without models and runs.')
    .addCommand(sandboxCheckCommand())
    .addCommand(sandboxServeCommand());
}
