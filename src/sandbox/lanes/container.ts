import type { PreparedEnvironment, SandboxLimits } from '../../ports/sandbox.ts';
import type { SupervisorMessage } from '../runner/protocol.ts';

/** Memory of booted targets that a slot keeps, where nobody says another. */
export const usualWarmBytes = 512 * 1024 ** 2;

/** A file of the source tree as everything in a container sees it. */
export interface Overlay {
  /** Relative to the source tree, POSIX. */
  readonly filePath: string;
  readonly content: string;
}

/** `once`: one job, then it is thrown away. `slot`: many jobs, one after the other, each kept apart from the next. */
export type ContainerMode = 'once' | 'slot';

/** Limits of a candidate that its container has, too. */
export type ContainerLimits = Pick<SandboxLimits, 'memoryBytes' | 'processes' | 'fileBytes'>;

export interface ContainerSpec {
  readonly environment: PreparedEnvironment;
  readonly mode: ContainerMode;
  /** Mounted over the originals, whose byte code is masked; for `once` only. */
  readonly overlays: readonly Overlay[];
  /** What a candidate may have; a container that is bounded itself has room for that, and for what is not a candidate's. */
  readonly limits: ContainerLimits;
  /** Folder that trusted code (coverage of the reference) may write to; it then keeps the supervisor's rights. */
  readonly outputFolder?: string;
}

export interface Wait {
  /** The worker's own clock: the container is killed when its supervisor does not answer in time. */
  readonly patienceSeconds: number;
  /** Aborting kills the container and throws the signal's reason. */
  readonly signal: AbortSignal;
}

/** A container with a supervisor that has said `ready`. It is gone when its worker is: the supervisor's stdin ends. */
export interface Container {
  /** Sends one line and gives the next one that comes back. One at a time. Throws ContainerGone when none came. */
  request(line: Readonly<Record<string, unknown>>, wait: Wait): Promise<SupervisorMessage>;
  kill(): void;
  /** When all its processes are gone: how it ended, for messages. Never rejects. */
  readonly ended: Promise<string>;
}

/**
 * How items in a container are kept apart. `whole`: one item, then everything in the container is killed. `users`: the
 * supervisor is root with SETUID, SETGID and KILL, an item has a uid of its own. `namespaces`: the supervisor has
 * SYS_ADMIN, an item has namespaces of its own, and the candidate's file is mounted over the original.
 */
export type Isolation = 'whole' | 'users' | 'namespaces';

/** What a supervisor must be told about the container around it. */
export interface ContainerView {
  /** The source tree and the folders of installed packages, as paths inside. */
  readonly sourceRoot: string;
  readonly sitePackages: readonly string[];
  /** Prefix of the base interpreter inside, taken out of texts. */
  readonly pythonHome: string;
  readonly isolation: Isolation;
  /** Items may be given a uid of their own. */
  readonly ownUsers: boolean;
  /** A filter of system calls that the item sets for itself, base64; null where the container has one. */
  readonly seccomp: string | null;
}

/** A way to start containers: bubblewrap, docker. Everything else (lanes, slots, reports) is shared. */
export interface Launcher {
  readonly provider: string;
  /** Said in every report, e.g. `memory_per_process`. */
  readonly flags: readonly string[];
  view(spec: Omit<ContainerSpec, 'limits'>): Promise<ContainerView>;
  /** Throws SandboxError when it cannot be started. */
  launch(spec: ContainerSpec, wait: Wait): Promise<Container>;
}

/** A container ended, or was killed by the worker's clock, before it answered. Says nothing yet about whose fault it is. */
export class ContainerGone extends Error {
  readonly impatient: boolean;

  constructor(how: string, impatient: boolean) {
    super(`The container ended before it answered: ${how}.`);
    this.name = 'ContainerGone';
    this.impatient = impatient;
  }
}
