import { randomBytes, randomInt } from 'node:crypto';
import type { PreparedEnvironment, SandboxLimits, SandboxRequest } from '../../ports/sandbox.ts';
import { protocolVersion, type Job, type SupervisorLimits } from '../runner/protocol.ts';
import type { ContainerView } from './container.ts';

const inodes = 8192;

export interface RunRequestInput {
  readonly environment: PreparedEnvironment;
  readonly view: ContainerView;
  readonly job: Job;
  readonly limits: SandboxLimits;
  /** What it is forked from; null: the supervisor itself. */
  readonly zygote: string | null;
  /** Files over the originals for this item alone, `[path inside, content]`. */
  readonly files: readonly (readonly [string, string])[];
}

export interface RunRequest {
  readonly nonce: string;
  readonly line: Readonly<Record<string, unknown>>;
}

/** The line that makes a supervisor run one item, and the nonce that its frame must have. */
export function runRequest({ environment, view, job, limits, zygote, files }: RunRequestInput): RunRequest {
  const nonce = randomBytes(16).toString('hex');
  const line = {
    protocol: protocolVersion,
    type: 'run',
    isolation: view.isolation,
    seccomp: view.seccomp,
    // A uid of its own for each item: RLIMIT_NPROC counts per uid.
    user: view.ownUsers ? randomInt(20_000, 60_000) : null,
    limits: supervisorLimits(limits),
    zygote,
    files,
    job: { ...jobRequest(environment, view, job), nonce },
  };
  return { nonce, line };
}

/** What a process is made ready for, up to its first test; what watches over a pass is set up for exactly its tests. */
export function testsToBoot({ tests, bootTests, integrity }: SandboxRequest): readonly string[] {
  return integrity === undefined ? (bootTests ?? tests) : tests;
}

/** A job with what candidate.py must know of the environment. */
export function jobRequest(
  environment: PreparedEnvironment,
  view: ContainerView,
  job: Job,
): Readonly<Record<string, unknown>> {
  const { importPaths, checkModule, targets, ...adapterOptions } = environment.adapterOptions;
  return {
    ...job,
    adapter: environment.adapter,
    adapterOptions,
    importPaths,
    checkModule,
    targets,
    sourceRoot: view.sourceRoot,
    sitePackages: view.sitePackages,
  };
}

/** The supervisor's limits: those of the port, and what follows from them. */
export function supervisorLimits(limits: SandboxLimits): SupervisorLimits {
  return { ...limits, addressBytes: limits.memoryBytes + 1024 ** 3, inodes };
}
