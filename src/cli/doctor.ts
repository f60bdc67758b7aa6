import Table from 'cli-table3';
import { Command } from 'commander';
import { needs } from '../../setup/needs.js';
import type { Check, Need } from '../../setup/types.d.ts';
import { exitCodes } from './failure.ts';

interface Finding extends Check {
  readonly name: string;
}

/** `bench doctor`: tries for real everything that the benchmark needs. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('try everything that the benchmark needs, and say what to do about what does not work')
    .option('--json', 'print data as JSON')
    .action(async (flags: { json?: boolean }) => {
      const findings = await Promise.all(needs.map(look));
      const healthy = findings.every((finding) => finding.works);
      const text = flags.json === true ? JSON.stringify({ healthy, needs: findings }) : toTable(findings);
      process.stdout.write(`${text}\n`);
      if (!healthy) process.exitCode = exitCodes.unfinished;
    });
}

async function look(need: Need): Promise<Finding> {
  const { works, detail, hint } = await need.check({ thorough: true });
  return works
    ? { name: need.name, works, detail }
    : { name: need.name, works, detail, hint: hint ?? need.hint };
}

function toTable(findings: readonly Finding[]): string {
  const table = new Table({ head: ['need', 'state', 'detail'], style: { head: [], border: [] } });
  for (const { name, works, detail } of findings) table.push([name, works ? 'works' : 'MISSING', detail]);
  const advice = findings
    .filter((finding) => !finding.works)
    .map(({ name, hint }) => `${name}: ${hint ?? ''}`);
  if (advice.length > 0) advice.unshift('', 'What to do (`npm start` brings what it can by itself):');
  return [table.toString(), ...advice].join('\n');
}
