/**
 * Verdicts per second in every lane, from one run: `npm run benchmark:sandbox`. Arguments: seconds per figure (3),
 * then numbers of slots (1 2 4).
 */
import Table from 'cli-table3';
import { openEnvironment } from '../../src/environments/index.ts';
import { loadPythonParser } from '../../src/python/pythonParser.ts';
import { measureBoots } from './boots.ts';
import { loadSubjects, type Subject } from './subjects.ts';
import { waysToMeasure, type Way } from './ways.ts';

const [seconds = 3, ...slotCounts] = process.argv.slice(2).map(Number);

await main(slotCounts.length > 0 ? slotCounts : [1, 2, 4]);

async function main(slots: readonly number[]): Promise<void> {
  const environment = await openEnvironment('django');
  const subjects = await loadSubjects(environment, await loadPythonParser());
  const { providers, ways } = await waysToMeasure(environment);
  if (providers.length === 1)
    process.stdout.write('No Docker engine answers (DOCKER_HOST): the rows of Docker are missing.\n');
  const head = ['verdicts/s', 'checks', ...slots.map((count) => `${count} slot${count > 1 ? 's' : ''}`)];
  for (const subject of subjects) {
    const table = new Table({ head: [subject.name, ...head], style: { head: [], border: [] } });
    for (const way of ways) {
      const rates: string[] = [];
      for (const count of slots) rates.push(await measureRate(way, subject, count));
      table.push([...way.columns, ...rates]);
    }
    process.stdout.write(`${table.toString()}\n`);
  }
  for (const provider of providers) process.stdout.write(`${await measureBoots(provider, subjects)}\n`);
}

async function measureRate(way: Way, subject: Subject, slots: number): Promise<string> {
  const grader = way.open(subject, slots);
  try {
    // Every slot made, every target booted, what is known of the reference known.
    await Promise.all(Array.from({ length: slots * 2 }, () => grader.grade()));
    const started = performance.now();
    const until = started + seconds * 1000;
    let verdicts = 0;
    const grade = async (): Promise<void> => {
      while (performance.now() < until) {
        await grader.grade();
        verdicts += 1;
      }
    };
    await Promise.all(Array.from({ length: slots }, grade));
    return ((verdicts * 1000) / (performance.now() - started)).toFixed(1);
  } finally {
    await grader.close();
  }
}
