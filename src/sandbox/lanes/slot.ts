import { posix } from 'node:path';
import { SandboxError } from '../../core/errors.ts';
import type { Lane } from '../../core/testReport.ts';
import type { PreparedEnvironment, SandboxLimits, SandboxRequest } from '../../ports/sandbox.ts';
import { composeReport } from '../runner/composeReport.ts';
import { protocolVersion, type Job, type Stub, type SupervisorMessage } from '../runner/protocol.ts';
import { ContainerGone, type Container, type ContainerLimits, type ContainerView } from './container.ts';
import type { Launcher, Overlay } from './container.ts';
import { patienceSeconds, reportOf, type Executed } from './executeOnce.ts';
import { jobRequest, runRequest, supervisorLimits, testsToBoot } from './requests.ts';

export interface Booted {
  readonly ready: boolean;
  /** Why not, e.g. `called_at_boot`. */
  readonly reason: string | null;
  readonly memoryBytes: number;
  readonly wallSeconds: number;
}

/** A long-lived container with a zygote that has what is not the repository's loaded, and others that have more. */
export interface Slot {
  readonly environment: PreparedEnvironment;
  /** What a candidate may have in it, at most. */
  readonly limits: ContainerLimits;
  /** Of the zygote that every slot has. */
  readonly booted: Booted;
  /** Runs one job in a fork: of that zygote, or of one booted for a target. Aborting kills the whole slot. */
  run(input: SlotRun, signal: AbortSignal): Promise<Executed>;
  /** Boots a zygote from the stubbed file up to the first test. */
  boot(target: TargetToBoot, signal: AbortSignal): Promise<Booted>;
  drop(zygote: string, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface SlotRun {
  readonly lane: Lane;
  readonly zygote: string;
  readonly job: Job;
  readonly limits: SandboxLimits;
  /** What this item alone sees in the place of the originals. */
  readonly overlays: readonly Overlay[];
}

export interface TargetToBoot {
  readonly zygote: string;
  readonly stub: Stub;
  readonly request: SandboxRequest;
}

/** The zygote of lane `pre`. */
export const preZygote = 'pre';

interface OpenSlot {
  readonly launcher: Launcher;
  readonly environment: PreparedEnvironment;
  readonly view: ContainerView;
  readonly container: Container;
  readonly signal: AbortSignal;
}

/** Makes a slot and checks it: a reference must pass in it and a stub must fail. Modules: what is loaded ahead. */
export async function openSlot(
  launcher: Launcher,
  environment: PreparedEnvironment,
  more: { limits: SandboxLimits; signal: AbortSignal; modules: ModulesOf },
): Promise<Slot> {
  const { limits, signal } = more;
  const spec = { environment, mode: 'slot', overlays: [], limits } as const;
  const view = await launcher.view(spec);
  const container = await launcher.launch(spec, { patienceSeconds: 30 + patienceSeconds, signal });
  const open = { launcher, environment, view, container, signal };
  try {
    const names = await more.modules((job) => run(open, { ...nothing, job, limits, zygote: null }));
    const booted = await boot(open, limits, {
      zygote: preZygote,
      parent: null,
      kind: 'modules',
      modules: names,
    });
    if (!booted.ready)
      throw new SandboxError(`A slot's first process did not start: ${booted.reason}.`, { retry: true });
    await checkHealth(open, limits);
    return slotOf(open, booted, limits);
  } catch (error) {
    container.kill();
    throw error;
  }
}

function slotOf(open: OpenSlot, booted: Booted, limits: SandboxLimits): Slot {
  const { environment, container, view } = open;
  const fileOf = ({ filePath, content }: Overlay): readonly [string, string] => [
    posix.join(view.sourceRoot, filePath),
    content,
  ];
  return {
    environment,
    limits,
    booted,
    run: ({ overlays, ...rest }, signal) =>
      run({ ...open, signal }, { ...rest, files: overlays.map(fileOf) }),
    boot: (target, signal) => bootTarget({ ...open, signal }, target),
    async drop(zygote, signal) {
      await ask({ ...open, signal }, { type: 'drop', zygote }, 30);
    },
    async close() {
      container.kill();
      await container.ended;
    },
  };
}

/** Gives the names of the modules to load ahead; may run a job for it. */
export type ModulesOf = (run: (job: Job) => Promise<Executed>) => Promise<readonly string[]>;

const nothing = { lane: 'pre', files: [] } as const;

interface RunInput {
  readonly lane: Lane;
  readonly zygote: string | null;
  readonly job: Job;
  readonly limits: SandboxLimits;
  readonly files: readonly (readonly [string, string])[];
}

async function run(open: OpenSlot, input: RunInput): Promise<Executed> {
  const { launcher, environment, view } = open;
  const { lane, job, limits, zygote, files } = input;
  const { nonce, line } = runRequest({ environment, view, job, limits, zygote, files });
  const report = reportOf(await ask(open, line, limits.wallSeconds));
  if (report.stopped === 'zygote') throw new ContainerGone('its zygote ended', false);
  const { provider, flags } = launcher;
  return composeReport(report, { nonce, limits, provider, flags, pythonHome: view.pythonHome, lane });
}

async function bootTarget(open: OpenSlot, { zygote, stub, request }: TargetToBoot): Promise<Booted> {
  const { environment, view } = open;
  const path = posix.join(view.sourceRoot, request.filePath);
  return boot(open, request.limits, {
    zygote,
    parent: preZygote,
    kind: 'job',
    files: [[path, stub.stub]],
    job: { ...jobRequest(environment, view, stubJob(request, path)), nonce: '' },
    target: { path, name: request.qualifiedName, stub: stub.stub, head: stub.head, tail: stub.tail },
  });
}

/** The job without the candidate: a zygote must not know one. */
function stubJob(request: SandboxRequest, path: string): Job {
  const { qualifiedName, integrity } = request;
  const tests = testsToBoot(request);
  if (integrity === undefined) return { kind: 'run', tests };
  const name = qualifiedName.slice(qualifiedName.lastIndexOf('.') + 1);
  const { line } = integrity.reference;
  const target = { file: path, name, qualifiedName, line, source: '', form: 'empty' } as const;
  return { kind: 'run', tests, integrity: target };
}

async function boot(
  open: OpenSlot,
  limits: SandboxLimits,
  what: Readonly<Record<string, unknown>>,
): Promise<Booted> {
  const { isolation, ownUsers, sitePackages } = open.view;
  const line = { type: 'boot', isolation, ownUsers, sitePackages, limits: supervisorLimits(limits), ...what };
  const message = await ask(open, line, limits.wallSeconds);
  if (message.type !== 'booted') throw new SandboxError(`Expected a booted process, found ${message.type}.`);
  return message;
}

async function checkHealth(open: OpenSlot, limits: SandboxLimits): Promise<void> {
  const { report } = await run(open, { ...nothing, job: { kind: 'health' }, limits, zygote: preZygote });
  const { 'health.reference': reference, 'health.stub': stub } = report.tests;
  if (reference?.status === 'passed' && stub?.status === 'failed') return;
  throw new SandboxError(
    `A slot was made in which a reference ${reference?.status ?? 'does not run'} and a stub ${stub?.status ?? 'does not run'} (${report.ended}): ${report.output.trim().split('\n').at(-1) ?? ''}`,
    { retry: true },
  );
}

function ask(
  { container, signal }: OpenSlot,
  line: Readonly<Record<string, unknown>>,
  seconds: number,
): Promise<SupervisorMessage> {
  return container.request(
    { protocol: protocolVersion, ...line },
    { patienceSeconds: seconds + patienceSeconds, signal },
  );
}
