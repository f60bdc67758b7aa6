import Table from 'cli-table3';
import type { SandboxRequest } from '../../src/ports/sandbox.ts';
import { createKnowledge } from '../../src/sandbox/lanes/knowledge.ts';
import { createModules } from '../../src/sandbox/lanes/modules.ts';
import { runInPlace, type OpenPlace } from '../../src/sandbox/lanes/runInPlace.ts';
import { openSlot } from '../../src/sandbox/lanes/slot.ts';
import type { Subject } from './subjects.ts';
import type { Provider } from './ways.ts';

const signal = new AbortController().signal;
const runs = 10;

/** What a slot and a booted target cost, and from the how-manieth verdict on a boot pays. */
export async function measureBoots(
  { name, launcher }: Provider,
  subjects: readonly Subject[],
): Promise<string> {
  const head = [
    'boots',
    'slot ms',
    'slot MB',
    'target ms',
    'target MB',
    'pre ms',
    'full ms',
    'pays from verdict',
  ];
  const table = new Table({ head: [name, ...head], style: { head: [], border: [] } });
  const modules = createModules();
  for (const { name: subject, checked: request } of subjects) {
    const { environment, limits, tests } = request;
    const open = () =>
      openSlot(launcher, environment, { limits, signal, modules: modules.of(environment, tests) });
    await (await open()).close();
    const started = performance.now();
    const slot = await open();
    const slotMilliseconds = performance.now() - started;
    const { sourceRoot } = await launcher.view({ environment, mode: 'slot', overlays: [] });
    const place: OpenPlace = { slot, sourceRoot, warm: [], warmBytes: 1024 ** 3 };
    const pre = await meanMilliseconds(place, { ...request, lane: 'pre' });
    const booting = performance.now();
    await grade(place, { ...request, lane: 'full' });
    const first = performance.now() - booting;
    const full = await meanMilliseconds(place, { ...request, lane: 'full' });
    await slot.close();
    const boot = first - full;
    const pays = pre > full ? String(Math.ceil(boot / (pre - full)) + 1) : 'never';
    const megabytes = (bytes = 0): string => (bytes / 1024 ** 2).toFixed(0);
    const times = [boot, pre, full].map((time) => time.toFixed(0));
    const [bootText = '', preText = '', fullText = ''] = times;
    table.push([
      subject,
      '',
      slotMilliseconds.toFixed(0),
      megabytes(slot.booted.memoryBytes),
      bootText,
      megabytes(place.warm[0]?.memoryBytes),
      preText,
      fullText,
      pays,
    ]);
  }
  return table.toString();
}

async function meanMilliseconds(place: OpenPlace, request: SandboxRequest): Promise<number> {
  await grade(place, request);
  const started = performance.now();
  for (let run = 0; run < runs; run += 1) await grade(place, request);
  return (performance.now() - started) / runs;
}

async function grade(place: OpenPlace, request: SandboxRequest): Promise<void> {
  const job = { kind: 'run', tests: request.tests } as const;
  await runInPlace({ place, request, job, knowledge: createKnowledge(), signal });
}
