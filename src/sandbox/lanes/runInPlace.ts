import { randomUUID } from 'node:crypto';
import { posix } from 'node:path';
import { digestOf } from '../../core/digest.ts';
import type { TestReport } from '../../core/testReport.ts';
import type { SandboxRequest } from '../../ports/sandbox.ts';
import type { Job, Stub } from '../runner/protocol.ts';
import type { Knowledge } from './knowledge.ts';
import { testsToBoot } from './requests.ts';
import { preZygote, type Slot } from './slot.ts';

/** A zygote booted for a target, in one slot. */
export interface WarmTarget {
  readonly target: string;
  readonly zygote: string;
  readonly stub: Stub;
  readonly memoryBytes: number;
}

/** A slot in use, with what is warm in it, the latest used last. */
export interface OpenPlace {
  readonly slot: Slot;
  readonly sourceRoot: string;
  warm: readonly WarmTarget[];
  readonly warmBytes: number;
}

export interface PlaceRun {
  readonly place: OpenPlace;
  readonly request: SandboxRequest;
  /** The request's tests, with what is to be looked at. */
  readonly job: Job;
  readonly knowledge: Knowledge;
  readonly signal: AbortSignal;
}

interface Targeted extends PlaceRun {
  readonly target: string;
}

/** Names what a zygote can be booted for: the same function under the same tests, or some of them. */
export function targetOf(request: SandboxRequest): string {
  const { environment, filePath, qualifiedName } = request;
  const line = request.integrity?.reference.line;
  const tests = testsToBoot(request);
  return digestOf({ environment: environment.digest, filePath, qualifiedName, tests, line });
}

/** Runs a candidate in `full` where that is sound and pays, else in `pre`; the report's flags say why not `full`. */
export async function runInPlace(input: PlaceRun): Promise<TestReport> {
  const run = { ...input, target: targetOf(input.request) };
  const { request, knowledge, target } = run;
  const wantsFull = request.lane === 'full' || (request.lane === 'auto' && knowledge.comesAgain(target));
  if (!wantsFull) return runPre(run, []);
  const chosen = await warmTarget(run);
  if ('reason' in chosen) return runPre(run, [`not_full:${chosen.reason}`]);
  const { report, frame } = await runJob(run, 'full', chosen.warm.zygote);
  return frame?.refused === undefined ? report : runPre(run, [`not_full:${frame.refused}`]);
}

async function runPre(run: Targeted, flags: readonly string[]): Promise<TestReport> {
  const { report } = await runJob(run, 'pre', preZygote);
  return { ...report, flags: [...report.flags, ...flags] };
}

function runJob({ place, request, job, signal }: Targeted, lane: 'full' | 'pre', zygote: string) {
  const { limits, filePath, fileContent } = request;
  const overlays = [{ filePath, content: fileContent }];
  return place.slot.run({ lane, zygote, job, limits, overlays }, signal);
}

type Chosen = { readonly warm: WarmTarget } | { readonly reason: string };

/** The zygote with a stub that this candidate can take the place of, booted when there is none; or why there is none. */
async function warmTarget(run: Targeted): Promise<Chosen> {
  const { place, request, target, knowledge } = run;
  const known = place.warm.find((one) => one.target === target);
  const stub = known?.stub ?? knowledge.stubOf(target) ?? (await makeStub(run));
  if (typeof stub === 'string') return { reason: stub };
  if (!fits(stub, request.fileContent)) return { reason: 'another_header' };
  if (known === undefined) return bootTarget(run, stub);
  place.warm = [...place.warm.filter((one) => one !== known), known];
  return { warm: known };
}

/** Whether the candidate differs from the stubbed file in the stub's place only. */
function fits({ stub, headUnits, tailUnits }: Stub, content: string): boolean {
  return (
    content.length >= headUnits + tailUnits &&
    content.startsWith(stub.slice(0, headUnits)) &&
    content.endsWith(stub.slice(stub.length - tailUnits))
  );
}

/** From the environment's own file: nothing that a candidate has written is ever run by a zygote. */
async function makeStub(run: Targeted): Promise<Stub | string> {
  const { place, request, target, knowledge, signal } = run;
  const { limits, filePath, qualifiedName } = request;
  const job = { kind: 'stub', path: posix.join(place.sourceRoot, filePath), name: qualifiedName } as const;
  const { frame } = await place.slot.run(
    { lane: 'pre', zygote: preZygote, job, limits, overlays: [] },
    signal,
  );
  const made = frame?.stub ?? frame?.refused ?? 'no_stub';
  knowledge.keepStub(target, made);
  return made;
}

async function bootTarget(run: Targeted, stub: Stub): Promise<Chosen> {
  const { place, request, target, knowledge, signal } = run;
  const zygote = randomUUID();
  const booted = await place.slot.boot({ zygote, stub, request }, signal);
  if (!booted.ready) {
    const reason = booted.reason ?? 'boot_failed';
    knowledge.keepStub(target, reason);
    return { reason };
  }
  const warm = { target, zygote, stub, memoryBytes: booted.memoryBytes };
  place.warm = [...place.warm, warm];
  await makeRoom(place, signal);
  return { warm };
}

/** Ends the zygotes that were not used for longest until the others fit. */
async function makeRoom(place: OpenPlace, signal: AbortSignal): Promise<void> {
  const used = (): number => place.warm.reduce((sum, one) => sum + one.memoryBytes, 0);
  while (place.warm.length > 1 && used() > place.warmBytes) {
    const [oldest, ...others] = place.warm;
    place.warm = others;
    if (oldest !== undefined) await place.slot.drop(oldest.zygote, signal);
  }
}
