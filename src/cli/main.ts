#!/usr/bin/env node
import { Command } from 'commander';
import { reportFailure } from './failure.ts';
import { withDashes } from './originalFlags.ts';

interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** The original's name for it. */
  readonly alias?: string;
  /** Loaded when the command is used, so that help is quick. */
  readonly load: () => Promise<Command>;
}

const commands: readonly CommandEntry[] = [
  {
    name: 'run',
    alias: 'run-multiturn',
    summary: 'run a configuration here and now: server, worker, progress, table',
    load: async () => (await import('./run.ts')).runCommand(),
  },
  {
    name: 'submit',
    summary: 'hand a configuration to the server and its workers',
    load: async () => (await import('./submit.ts')).submitCommand(),
  },
  {
    name: 'worker',
    summary: 'work for every open run of the server',
    load: async () => (await import('./worker.ts')).workerCommand(),
  },
  {
    name: 'server',
    summary: 'the embedded Temporal server and its Web UI: start, stop, status',
    load: async () => (await import('./server.ts')).serverCommand(),
  },
  {
    name: 'status',
    summary: 'the server, its workers, every open run, and what is being waited for',
    load: async () => (await import('./status.ts')).statusCommand(),
  },
  {
    name: 'watch',
    summary: 'show the progress of an open suite until it ends',
    load: async () => (await import('./status.ts')).watchCommand(),
  },
  {
    name: 'pause',
    summary: 'hold a run or suite at the next turn of each item',
    load: async () => (await import('./hold.ts')).pauseCommand(),
  },
  {
    name: 'unpause',
    summary: 'let a paused run or suite go on',
    load: async () => (await import('./hold.ts')).unpauseCommand(),
  },
  {
    name: 'cancel',
    summary: 'end a run or suite; submitting it again resumes it',
    load: async () => (await import('./hold.ts')).cancelCommand(),
  },
  {
    name: 'report',
    summary: 'print the table of runs, and assemble their result files where outcomes are newer',
    load: async () => (await import('./report.ts')).reportCommand(),
  },
  {
    name: 'doctor',
    summary: 'try everything that the benchmark needs, and say what to do',
    load: async () => (await import('./doctor.ts')).doctorCommand(),
  },
  {
    name: 'env',
    summary: 'repositories made ready to run: build, list',
    load: async () => (await import('./env.ts')).envCommand(),
  },
  {
    name: 'get-config',
    summary: 'write a documented configuration file',
    load: async () => (await import('./getConfig.ts')).getConfigCommand(),
  },
  {
    name: 'get-prompts',
    summary: 'write the prompts into a folder, to be edited',
    load: async () => (await import('./getPrompts.ts')).getPromptsCommand(),
  },
  {
    name: 'get-resources',
    summary: 'write everything that is shipped beside the code into a folder',
    load: async () => (await import('./getResources.ts')).getResourcesCommand(),
  },
];

const help = `
First steps:
  bench run --config resources/quickstart.yaml   three tasks on real Django methods, no model needed
  bench get-config                               a documented config.yaml to point at your own model
  bench submit --config config.yaml              the same, handed to a server and its workers

Results are in <paths.output_folder>/<run>/ (default results/): results.jsonl, summary.json.
stdout is for data, stderr for progress. Exit codes: 0 done, 1 unfinished or failed check, 2 something to fix,
130 interrupted.`;

process.exitCode = await main(process.argv.slice(2));

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

async function buildProgram(given: readonly string[]): Promise<Command> {
  const program = new Command('bench')
    .description('Triathlon: one repository, the same methods, three tasks for code models.')
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

/** `.env` of the working folder: existing variables win. */
async function applyEnvironmentFile(): Promise<void> {
  const { readEnvironmentFile } = await import('../config/environmentFile.ts');
  Object.assign(process.env, readEnvironmentFile(process.cwd(), process.env));
}
