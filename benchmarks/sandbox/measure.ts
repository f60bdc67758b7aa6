/**
 * Verdicts per second in every lane, from one run: `npm run benchmark:sandbox`. Arguments: seconds per figure (3),
 * then numbers of slots (1 2 4).
 */
import Table from 'cli-table3';
import { openEnvironment } from '../../src/environments/index.ts';
import type { Sandbox, SandboxRequest } from '../../src/ports/sandbox.ts';
import { loadPythonParser } from '../../src/python/pythonParser.ts';
import { createLaneSandbox } from '../../src/sandbox/lanes/laneSandbox.ts';
import { measureBoots } from './boots.ts';
import { loadSubjects, type Subject } from './subjects.ts';
import { waysToMeasure, type Way } from './ways.ts';

const lanes = ['strict', 'pre', 'full'] as const;
const [seconds = 3, ...slotCounts] = process.argv.slice(2).map(Number);
const never = new AbortController().signal;

await main(slotCounts.length > 0 ? slotCounts : [1, 2, 4]);

async function main(slots: readonly number[]): Promise<void> {
  const environment = await openEnvironment('django');
  const subjects = await loadSubjects(environment, await loadPythonParser());
  const head = ['verdicts/s', 'checks', ...slots.map((count) => `${count} slot${count > 1 ? 's' : ''}`)];
  for (const subject of subjects) {
    const table = new Table({ head: [subject.name, ...head], style: { head: [], border: [] } });
    for (const way of waysToMeasure()) {
      for (const lane of lanes) {
        for (const checked of [false, true]) {
          const rates: string[] = [];
          for (const count of slots) rates.push(await measureRate({ way, lane, checked, count, subject }));
          table.push([way.name, describeLane(lane), checked ? 'yes' : 'no', ...rates]);
        }
      }
    }
    process.stdout.write(`${table.toString()}\n`);
  }
  for (const way of waysToMeasure()) process.stdout.write(`${await measureBoots(way, subjects)}\n`);
}

/** A target that is seen for the first time takes `pre`. */
function describeLane(lane: (typeof lanes)[number]): string {
  return { strict: 'strict', pre: 'pre (cold target)', full: 'full (warm target)' }[lane];
}

interface Figure {
  readonly way: Way;
  readonly lane: (typeof lanes)[number];
  readonly checked: boolean;
  readonly count: number;
  readonly subject: Subject;
}

async function measureRate({ way, lane, checked, count, subject }: Figure): Promise<string> {
  const sandbox = createLaneSandbox({ launcher: way.launcher, check: () => Promise.resolve(), slots: count });
  try {
    const request: SandboxRequest = { ...(checked ? subject.checked : subject.unchecked), lane };
    // Every slot made, every target booted, what is known of the reference known.
    await Promise.all(Array.from({ length: count * 2 }, () => verdictOf(sandbox, request)));
    const started = performance.now();
    const until = started + seconds * 1000;
    let verdicts = 0;
    const grade = async (): Promise<void> => {
      while (performance.now() < until) {
        await verdictOf(sandbox, request);
        verdicts += 1;
      }
    };
    await Promise.all(Array.from({ length: count }, grade));
    return ((verdicts * 1000) / (performance.now() - started)).toFixed(1);
  } finally {
    await sandbox.close();
  }
}

async function verdictOf(sandbox: Sandbox, request: SandboxRequest): Promise<void> {
  const report = await sandbox.run(request, never);
  const all = Object.values(report.tests);
  const isPass = all.length === request.tests.length && all.every(({ status }) => status !== 'failed');
  if (!isPass || report.lane !== request.lane)
    throw new Error(`Expected a pass in ${request.lane}, found: ${JSON.stringify(report).slice(0, 2000)}`);
}
