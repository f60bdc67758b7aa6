import { Command } from 'commander';
import { benchHome } from '../../setup/home.js';
import {
  buildEnvironment,
  listEnvironments,
  pinRequirements,
  readQuarantine,
  readRepositorySpec,
  tryTests,
} from '../environments/index.ts';
import { baselineCommand } from './envBaseline.ts';
import { describeQuarantine } from './quarantineLines.ts';

interface BuildFlags {
  readonly python?: string;
  readonly pin?: boolean;
  readonly json?: boolean;
}

/** `bench env build|list|baseline`: repositories made ready to run on this machine. */
export function envCommand(): Command {
  const command = new Command('env').description(
    'Environments: a repository made ready to run (source tree, Python, dependencies), under BENCH_HOME.',
  );
  command
    .command('build')
    .description('build one, or open it when it is there; building twice gives the same digest')
    .argument('[repository]', 'name of a shipped repository, or a YAML file that describes one', 'django')
    .option('--python <minor>', 'another Python than the preferred one, e.g. 3.10; makes another environment')
    .option('--pin', 'first write the requirements files anew, from the pin lists of the description')
    .option('--json', 'print data as JSON')
    .addHelpText(
      'after',
      '\nWhere the description has labels, a few of their tests are run.' +
        '\n\nExamples:\n  bench env build django\n  bench env build ./my-repo.yaml --pin',
    )
    .action(build);
  command
    .command('list')
    .description('show the complete ones on this machine')
    .option('--json', 'print data as JSON')
    .action(list);
  command.addCommand(baselineCommand());
  return command;
}

async function build(repository: string, { python, pin, json }: BuildFlags): Promise<void> {
  const onProgress = (line: string): void => void process.stderr.write(`${line}\n`);
  if (pin === true) await pinRequirements(repository, onProgress);
  const spec = await readRepositorySpec(repository);
  const request = { repository: spec, onProgress, ...(python === undefined ? {} : { pythonMinor: python }) };
  const environment = await buildEnvironment(request);
  if (spec.labels !== undefined) onProgress(await tryTests(environment, spec.labels));
  if (json === true) return print(JSON.stringify(environment));
  print(`${environment.name}  ${environment.digest}`, `in ${environment.root}`);
}

async function list({ json }: { readonly json?: boolean }): Promise<void> {
  const found = await Promise.all(
    (await listEnvironments()).map(async (one) => {
      const quarantine = Object.fromEntries(await readQuarantine(one.environment));
      return { ...one, quarantine };
    }),
  );
  if (json === true) return print(JSON.stringify(found));
  if (found.length === 0) return print(`No environment in ${benchHome()}; bench env build django makes one.`);
  for (const { environment, pythonVersion, locked, quarantine } of found) {
    const contents = `Python ${pythonVersion}, ${locked.length} packages`;
    print(`${environment.name}  ${environment.digest}`, `  ${contents}, in ${environment.root}`);
    for (const line of describeQuarantine(quarantine)) print(`  ${line}`);
  }
}

function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
