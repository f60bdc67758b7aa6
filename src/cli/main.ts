#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { resourcePath } from '../config/resources.ts';
import { commands } from './commands.ts';
import { reportFailure } from './failure.ts';
import { withDashes } from './originalFlags.ts';

const help = `
First steps:
  bench run --config resources/quickstart.yaml   three tasks on real Django methods, no model needed
  bench get-config                               a documented config.yaml to point at your own model
  bench submit --config config.yaml              the same, handed to a server and its workers

Results are in <paths.output_folder>/<run>/ (default results/): results.jsonl, summary.json.
stdout is for data, stderr for progress. Exit codes: 0 done, 1 unfinished or failed check, 2 something to fix,
130 interrupted.`;

process.stdout.on('error', leave);
process.on('uncaughtException', (error) => {
  // A question that nobody waits for any more, over a connection that the command has closed at its end.
  if (error.message !== 'Channel has been shut down') leave(error);
});
const exitCode = await main(process.argv.slice(2));
// What nobody waits for any more (a question to a server that is gone) must not hold or fail a command that is done.
process.stdout.write('', () => process.exit(exitCode));

async function main(argumentsGiven: readonly string[]): Promise<number> {
  try {
    await applyEnvironmentFile();
    const program = await buildProgram(withDashes(argumentsGiven));
    await program.parseAsync(withDashes(argumentsGiven), { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return reportFailure(error);
  }
}

/** For what nobody catches, a closed pipe (`bench … | head`) among it. */
function leave(error: unknown): void {
  const code = reportFailure(error);
  // No `finally` runs any more.
  import('../models/serving/index.ts')
    .then(({ stopOwnServers }) => stopOwnServers())
    .finally(() => process.exit(code))
    .catch(() => undefined);
}

async function buildProgram(given: readonly string[]): Promise<Command> {
  const program = new Command('bench')
    .description('Triathlon: one repository, the same methods, three tasks for code models.')
    .version(readVersion(), '-V, --version', 'print the version')
    .addHelpText('after', help)
    .showSuggestionAfterError()
    .exitOverride();
  for (const { name, alias, summary, load } of commands) {
    const wanted = given.includes(name) || (alias !== undefined && given.includes(alias));
    const command = wanted ? await load() : new Command(name);
    if (alias !== undefined) command.alias(alias);
    program.addCommand(command.summary(summary));
  }
  for (const command of program.commands) inherit(command, program);
  return program;
}

/** Commands made in files of their own do not inherit by themselves. */
function inherit(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent);
  for (const below of command.commands) inherit(below, command);
}

function readVersion(): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(resourcePath('..', 'package.json'), 'utf8'),
  );
  return version;
}

/** `.env` of the working folder: existing variables win. */
async function applyEnvironmentFile(): Promise<void> {
  const { readEnvironmentFile } = await import('../config/environmentFile.ts');
  Object.assign(process.env, readEnvironmentFile(process.cwd(), process.env));
}
