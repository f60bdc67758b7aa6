import Table from 'cli-table3';
import { Command } from 'commander';
import { docker } from '../../setup/needs/docker.js';
import { needs } from '../../setup/needs.js';
import type { Check, Need } from '../../setup/types.d.ts';
import { findLocalServers, type LocalServer } from '../models/localServers.ts';
import { escapeForTerminal } from '../report/escape.ts';
import { chooseLocalProvider } from '../sandbox/index.ts';
import { checkCluster, type ClusterCheck } from '../temporal/clusterChecks.ts';
import { exitCodes } from './failure.ts';

interface Finding extends Check {
  readonly name: string;
}

interface Findings {
  readonly needs: readonly Finding[];
  readonly optional: readonly Finding[];
  /** What the sandbox provider `local` would be now. */
  readonly local: string;
  readonly modelServers: readonly LocalServer[];
}

/** `bench doctor`: tries for real everything that the benchmark needs. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('try everything that the benchmark needs, and say what to do about what does not work')
    .option('--json', 'print data as JSON')
    .option(
      '--cluster',
      'look at the Temporal server that TEMPORAL_ADDRESS or a profile names, and at its workers',
    )
    .action(async (flags: { json?: boolean; cluster?: boolean }) => {
      if (flags.cluster === true) return showCluster(flags.json === true);
      const findings = await Promise.all(needs.map(look));
      const healthy = findings.every((finding) => finding.works);
      const optional = [await look(docker)];
      const local = await chooseLocalProvider();
      const modelServers = await findLocalServers();
      const found = { healthy, needs: findings, optional, local, modelServers };
      process.stdout.write(`${flags.json === true ? JSON.stringify(found) : toTable(found)}\n`);
      if (!healthy) process.exitCode = exitCodes.unfinished;
    });
}

async function showCluster(json: boolean): Promise<void> {
  const checks = await checkCluster({ address: null, namespace: null, start: false });
  const healthy = checks.every(({ works }) => works);
  process.stdout.write(`${json ? JSON.stringify({ healthy, checks }) : tableOf(checks)}\n`);
  if (!healthy) process.exitCode = exitCodes.unfinished;
}

function tableOf(checks: readonly ClusterCheck[]): string {
  const table = new Table({ head: ['need', 'state', 'detail'], style: { head: [], border: [] } });
  for (const { name, works, detail } of checks) table.push([name, works ? 'works' : 'MISSING', detail]);
  const advice = checks.flatMap(({ name, works, hint }) => (works ? [] : [`${name}: ${hint ?? ''}`]));
  return [table.toString(), ...advice].join('\n');
}

async function look(need: Need): Promise<Finding> {
  const { works, detail, hint } = await need.check({ thorough: true });
  return works
    ? { name: need.name, works, detail }
    : { name: need.name, works, detail, hint: hint ?? need.hint };
}

function toTable({ needs: findings, optional, local, modelServers }: Findings): string {
  const table = new Table({ head: ['need', 'state', 'detail'], style: { head: [], border: [] } });
  for (const { name, works, detail } of findings) table.push([name, works ? 'works' : 'MISSING', detail]);
  for (const { name, works, detail } of optional)
    table.push([`${name} (optional)`, works ? 'works' : 'absent', detail]);
  const advice = findings
    .filter((finding) => !finding.works)
    .map(({ name, hint }) => `${name}: ${hint ?? ''}`);
  if (advice.length > 0) advice.unshift('', 'What to do (`npm start` brings what it can by itself):');
  const provider = `inference.sandbox_provider local is ${local} on this machine.`;
  return [table.toString(), provider, ...modelServers.flatMap(offer), ...advice].join('\n');
}

/** How to run what a server on this machine has; names of models are the server's words. */
function offer({ usual, baseUrl, models }: LocalServer): string[] {
  const shown = models.slice(0, 8).map((model) => escapeForTerminal(model, 60));
  const chosen = shown.find((model) => /code/i.test(model)) ?? shown[0] ?? '';
  const more = models.length > shown.length ? ` and ${models.length - shown.length} more` : '';
  return [
    `A model server answers at ${baseUrl} (usually ${usual}): ${shown.join(', ')}${more}. To run one:`,
    `  bench run --config resources/quickstart.yaml --run-name local --set 'suite.models=[{ provider: openai, base_url: ${JSON.stringify(baseUrl)}, model_name: ${JSON.stringify(chosen)} }]'`,
  ];
}
