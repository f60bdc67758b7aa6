import type { TestReport } from '../../core/testReport.ts';
import type { Sandbox, SandboxRequest } from '../../ports/sandbox.ts';
import { reportWithoutSupervisor } from '../runner/composeReport.ts';
import { checkIntegrity, runJobOf, type CheckedAttempt } from '../runner/checkIntegrity.ts';
import { checkFilePath } from './checkFilePath.ts';
import { needsStrict, settle } from './compareReports.ts';
import { ContainerGone, usualWarmBytes, type Launcher } from './container.ts';
import { executeOnce } from './executeOnce.ts';
import { createKnowledge, type Knowledge } from './knowledge.ts';
import { createModules, type Modules } from './modules.ts';
import { createPlaces } from './places.ts';
import { runInPlace, targetOf, type OpenPlace } from './runInPlace.ts';
import { openSlot, type Slot } from './slot.ts';

export interface LaneSandboxOptions {
  readonly launcher: Launcher;
  /** Does it isolate on this machine? Throws SandboxError that says why not. */
  readonly check: () => Promise<void>;
  /** Candidates graded at a time: the number of cores is right. */
  readonly slots: number;
  /** Memory of booted targets in each slot, at most. */
  readonly warmBytes?: number | undefined;
  /** A slot is made anew after so many candidates. */
  readonly runsPerSlot?: number;
  /** A slot that nobody has used for so long ends, and its memory is free. */
  readonly idleMilliseconds?: number;
}

interface Place {
  open: OpenPlace | null;
  runs: number;
  idle?: NodeJS.Timeout;
}

interface Room {
  readonly options: LaneSandboxOptions;
  readonly knowledge: Knowledge;
  readonly modules: Modules;
}

const agePatienceMilliseconds = 5000;
const usualIdleMilliseconds = 600_000;

/** A sandbox of long-lived slots and one-off containers that a launcher starts. */
export function createLaneSandbox(options: LaneSandboxOptions): Sandbox {
  const places = Array.from({ length: options.slots }, (): Place => ({ open: null, runs: 0 }));
  const queue = createPlaces<Place>({
    places,
    isWarm: ({ open }, target) => open?.warm.some((one) => one.target === target) ?? false,
    patienceMilliseconds: agePatienceMilliseconds,
  });
  const room: Room = { options, knowledge: createKnowledge(), modules: createModules() };
  const closing = new AbortController();
  return {
    check: options.check,
    async prepare(environment) {
      await options.launcher.view({ environment, mode: 'once', overlays: [] });
    },
    run(request, signal) {
      const either = AbortSignal.any([signal, closing.signal]);
      return queue.use(either, targetOf(request), (place) =>
        runRequest(room, { place, request, signal: either }).finally(() => closeWhenIdle(room, place)),
      );
    },
    async close() {
      closing.abort(new Error('the sandbox was closed'));
      await Promise.all(places.map((place) => closePlace(place)));
    },
  };
}

interface Run {
  readonly place: Place;
  readonly request: SandboxRequest;
  readonly signal: AbortSignal;
}

async function runRequest(room: Room, { place, request, signal }: Run): Promise<TestReport> {
  clearTimeout(place.idle);
  checkFilePath(request.environment, request.filePath);
  const strictly = (): Promise<TestReport> =>
    checkIntegrity(request, (attempt) => runStrict(room, attempt, signal));
  if ((request.lane ?? 'strict') === 'strict') return strictly();
  // What is known of the reference is kept for all candidates: it is looked at as freshly as can be.
  const fast = await checkIntegrity(request, (attempt) =>
    attempt.isReference
      ? runStrict(room, attempt, signal)
      : runFast(room, attempt, { place, signal, request: attempt.request }),
  );
  return needsStrict(fast, request) ? settle(fast, await strictly()) : fast;
}

async function runStrict(
  { options }: Room,
  attempt: CheckedAttempt,
  signal: AbortSignal,
): Promise<TestReport> {
  const { request, isReference } = attempt;
  const { environment, filePath, fileContent, limits } = request;
  const overlays = isReference ? [] : [{ filePath, content: fileContent }];
  const { sourceRoot } = await options.launcher.view({ environment, mode: 'once', overlays });
  const job = runJobOf(attempt, sourceRoot);
  return (await executeOnce(options.launcher, { environment, job, overlays, limits, signal })).report;
}

/** A candidate that ends its slot twice has crashed. */
async function runFast(
  room: Room,
  attempt: CheckedAttempt,
  { place, request, signal }: Run,
): Promise<TestReport> {
  for (let attempts = 1; ; attempts += 1) {
    const started = performance.now();
    try {
      const open = await openPlace(room, { place, request, signal });
      const job = runJobOf(attempt, open.sourceRoot);
      const report = await runInPlace({ place: open, request, job, knowledge: room.knowledge, signal });
      place.runs += 1;
      if (mustRecycle(report) || place.runs >= (room.options.runsPerSlot ?? 1000)) await closePlace(place);
      return report;
    } catch (error) {
      await closePlace(place);
      if (!(error instanceof ContainerGone)) throw error;
      if (attempts < 2 && !error.impatient) continue;
      const { provider, flags } = room.options.launcher;
      return reportWithoutSupervisor(error.impatient ? 'timed_out' : 'crashed', {
        flags: [...flags, 'supervisor_silent'],
        wallSeconds: (performance.now() - started) / 1000,
        provider,
        lane: 'pre',
      });
    }
  }
}

/** A worker may serve a run once a day, and each of its settings has slots of its own. */
function closeWhenIdle({ options }: Room, place: Place): void {
  const close = (): void => void closePlace(place).catch(() => undefined);
  if (place.open !== null)
    place.idle = setTimeout(close, options.idleMilliseconds ?? usualIdleMilliseconds).unref();
}

async function openPlace({ options, modules }: Room, { place, request, signal }: Run): Promise<OpenPlace> {
  const { environment, limits, tests } = request;
  if (place.open !== null && fits(place.open.slot, request)) return place.open;
  await closePlace(place);
  const names = modules.of(environment, tests);
  const slot = await openSlot(options.launcher, environment, { limits, signal, modules: names });
  const view = await options.launcher.view({ environment, mode: 'slot', overlays: [] });
  const warmBytes = options.warmBytes ?? usualWarmBytes;
  place.open = { slot, sourceRoot: view.sourceRoot, warm: [], warmBytes };
  place.runs = 0;
  return place.open;
}

function fits(slot: Slot, { environment, limits }: SandboxRequest): boolean {
  const bounds = ['memoryBytes', 'processes', 'fileBytes'] as const;
  const isWide = bounds.every((bound) => slot.limits[bound] >= limits[bound]);
  return slot.environment.digest === environment.digest && isWide;
}

/** The kernel's signal at the end of its processor time: such a process ends as one that crashes. */
const usedUpItsTime = 'signal_24';

/** Whatever was stopped from outside may have left something that nobody has thought of. */
function mustRecycle({ ended, flags }: TestReport): boolean {
  const isStopped = ended === 'timed_out' && !flags.includes(usedUpItsTime);
  return isStopped || ended === 'out_of_memory' || flags.some((flag) => flag.startsWith('stopped_'));
}

async function closePlace(place: Place): Promise<void> {
  const { open } = place;
  clearTimeout(place.idle);
  place.open = null;
  await open?.slot.close();
}
