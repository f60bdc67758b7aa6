import { availableParallelism } from 'node:os';
import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { buildEnvironment } from '../environments/index.ts';
import type { PreparedEnvironment } from '../ports/sandbox.ts';
import { checkSandbox, compareResults, type CaseResult } from '../sandbox/conformance/index.ts';
import { createSandbox, dockerAnswers, sandboxProviders } from '../sandbox/index.ts';
import { exitCodes, Interrupted } from './failure.ts';

interface Flags {
  readonly provider?: string[];
  readonly lane: 'strict' | 'pre' | 'full';
  readonly json?: boolean;
}

interface Checked {
  readonly provider: string;
  readonly results: readonly CaseResult[];
}

/** `bench sandbox check`: runs the candidates that every provider must report the same about. */
export function sandboxCheckCommand(): Command {
  return new Command('check')
    .summary('run candidates that pass, fail, crash, hang, flood or try to break out, and judge the reports')
    .description(
      'Run candidates that pass, fail, crash, hang, flood or try to break out, and compare each report with what it\n' +
        'must be, and between providers. Uses the environment of Django; builds it, and an image of it, when missing.',
    )
    .addOption(
      new Option(
        '--provider <name...>',
        'bubblewrap, docker, restapi; default: those that are there on this machine',
      ),
    )
    .addOption(
      new Option('--lane <lane>', 'how fresh each process is')
        .choices(['strict', 'pre', 'full'])
        .default('strict'),
    )
    .option('--json', 'print data as JSON')
    .addHelpText('after', '\nExample:\n  bench sandbox check --provider docker')
    .action(check);
}

async function check({ provider: wanted, lane, json }: Flags): Promise<void> {
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort(new Interrupted('Interrupted.'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const { signal } = interruption;
  const environment = await buildEnvironment({ repository: 'django', onProgress: say });
  const checked: Checked[] = [];
  for (const provider of wanted ?? (await providersHere())) {
    const results = await checkProvider({ provider, environment, lane, signal });
    const [first] = checked;
    const compared = first === undefined ? results : compareResults(results, first.results, first.provider);
    checked.push({ provider, results: compared });
  }
  const works = checked.every(({ results }) => results.every(({ faults }) => faults.length === 0));
  const text = json === true ? JSON.stringify({ works, lane, providers: checked }) : drawTable(checked, lane);
  process.stdout.write(`${text}\n`);
  if (!works) process.exitCode = exitCodes.unfinished;
}

async function providersHere(): Promise<string[]> {
  return ['bubblewrap', ...((await dockerAnswers()) ? ['docker'] : [])];
}

async function checkProvider(work: {
  provider: string;
  environment: PreparedEnvironment;
  lane: Flags['lane'];
  signal: AbortSignal;
}): Promise<CaseResult[]> {
  const { provider, environment, lane, signal } = work;
  const sandbox = createSandbox(provider, { slots: availableParallelism() }, sandboxProviders);
  try {
    say(`${provider}: making it ready`);
    await sandbox.check();
    await sandbox.prepare(environment);
    const onResult = ({ name, faults }: CaseResult): void =>
      say(`${provider}: ${faults.length === 0 ? 'as it must be' : 'NOT as it must be'}: ${name}`);
    return await checkSandbox({ sandbox, environment, lane, signal, onResult });
  } finally {
    await sandbox.close();
  }
}

function drawTable(checked: readonly Checked[], lane: string): string {
  const table = new Table({
    head: ['candidate', ...checked.map(({ provider }) => provider)],
    style: { head: [], border: [] },
  });
  const names = checked[0]?.results.map(({ name }) => name) ?? [];
  const cell = ({ faults, report }: CaseResult): string =>
    faults.length === 0 ? report.ended : `${report.ended}, NOT as it must be`;
  for (const [index, name] of names.entries()) {
    table.push([name, ...checked.map(({ results }) => (results[index] ? cell(results[index]) : ''))]);
  }
  const faults = checked.flatMap(({ provider, results }) =>
    results.flatMap((one) => one.faults.map((fault) => `${provider}: ${one.name}: ${fault}`)),
  );
  const count = `${names.length} candidates in lane ${lane}: ${faults.length} faults`;
  return [table.toString(), ...faults, count].join('\n');
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
