import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../random.ts';
import type { Part } from './part.ts';

export const disturbanceKinds = ['kill', 'pause', 'cut', 'fill'] as const;
export type DisturbanceKind = (typeof disturbanceKinds)[number];

/** One thing to go wrong. */
export interface Disturbance {
  readonly kind: DisturbanceKind;
  readonly part: Part;
  /** It comes when so many answers are stored. */
  readonly afterAnswers: number;
  /** Of pauses, cuts and full disks. */
  readonly seconds: number;
}

/** One thing that went wrong: from when to when, in milliseconds since the epoch. */
export interface Disturbed {
  readonly kind: DisturbanceKind;
  readonly part: string;
  readonly begin: number;
  readonly end: number;
}

export interface DisturbancePlan {
  readonly parts: readonly Part[];
  readonly kinds: readonly DisturbanceKind[];
  readonly count: number;
  readonly seed: number;
  /** How many answers there will be. */
  readonly answers: number;
}

/** Seeded random moments of a run. Every kind and part has its turn before one has a second. */
export function planDisturbances({ parts, kinds, count, seed, answers }: DisturbancePlan): Disturbance[] {
  const random = seededRandom(seed);
  const all = parts.flatMap((part) => kindsOf(part).map((kind) => ({ kind, part })));
  const possible = all.filter(({ kind }) => kinds.includes(kind));
  const deck: typeof possible = [];
  // The last answers are left out: behind them the run may end before the disturbance does.
  const moments = Array.from({ length: count }, () => Math.floor(random() * 0.9 * answers));
  return moments
    .toSorted((one, other) => one - other)
    .flatMap((afterAnswers) => {
      if (deck.length === 0) deck.push(...possible);
      const [drawn] = deck.splice(Math.floor(random() * deck.length), 1);
      return drawn === undefined ? [] : [{ ...drawn, afterAnswers, seconds: 2 + 6 * random() }];
    });
}

function kindsOf({ host }: Part): DisturbanceKind[] {
  return disturbanceKinds.filter(
    (kind) => !(kind === 'cut' && host?.cable == null) && !(kind === 'fill' && host?.disk == null),
  );
}

export interface Disturbing {
  readonly planned: readonly Disturbance[];
  /** By now. */
  readonly countAnswers: () => Promise<number>;
  readonly finished: () => boolean;
  readonly tell: (line: string) => void;
}

/** Disturbs until the run has finished; work goes on between any two. */
export async function disturbCluster(disturbing: Disturbing): Promise<Disturbed[]> {
  const { planned, countAnswers, finished, tell } = disturbing;
  const done: Disturbed[] = [];
  // What fails while a suite is planned is told at once, and nothing has begun.
  let answersBefore = 0;
  for (const { kind, part, afterAnswers, seconds } of planned) {
    const wanted = Math.max(afterAnswers, answersBefore + 1);
    while (!finished() && (await countAnswers()) < wanted) await sleep(200);
    if (finished()) break;
    tell(`${done.length + 1}/${planned.length} ${kind} ${part.name}`);
    const begin = Date.now();
    await disturbOnce(kind, part, seconds);
    done.push({ kind, part: part.name, begin, end: Date.now() });
    answersBefore = await countAnswers();
  }
  return done;
}

async function disturbOnce(kind: DisturbanceKind, part: Part, seconds: number): Promise<void> {
  const wait = (): Promise<void> => sleep(seconds * 1000);
  switch (kind) {
    case 'kill':
      return part.kill();
    case 'pause':
      await part.signalAll('SIGSTOP');
      await wait();
      return part.signalAll('SIGCONT');
    case 'cut':
      await part.host?.cable?.cut();
      await wait();
      return part.host?.cable?.join();
    case 'fill':
      await part.host?.disk?.fill();
      await wait();
      return part.host?.disk?.free();
  }
}
