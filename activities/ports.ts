import type {
  GradingPolicy,
  ModelSpec,
  RemoteAccess,
  RunRequest,
  RunSandboxName,
  TaskKind,
} from '../src/core/run.ts';
import type { Task } from '../src/core/tasks/task.ts';
import type { Model } from '../src/ports/model.ts';
import type { Observer } from '../src/ports/observer.ts';
import type { ResultStore } from '../src/ports/resultStore.ts';
import type { EnvironmentWanted, PlannedBuild } from '../src/environments/index.ts';
import type { PreparedEnvironment, Sandbox } from '../src/ports/sandbox.ts';
import type { StoreOptions } from '../src/storage/index.ts';

/** What a run says about where its candidates are run. */
export interface SandboxNeed {
  readonly grading: Pick<GradingPolicy, 'provider' | 'docker'>;
  readonly remote?: RemoteAccess | undefined;
  readonly warmMemoryBytes?: number | undefined;
}

/** Everything outside that the activities touch; wired once, in src/temporal/composePorts.ts. */
export interface Ports {
  readonly openStore: (folder: string, options?: StoreOptions) => ResultStore;
  readonly createModel: (spec: ModelSpec) => Model;
  /** What this host lacks to ask the model (an address, a key); null where it has all. */
  readonly explainModelGap: (spec: ModelSpec) => string | null;
  readonly sandboxFor: (need: SandboxNeed) => Sandbox;
  /** What `local` is on this machine. */
  readonly chooseLocalProvider: () => Promise<RunSandboxName>;
  /**
   * By digest as rows name it, or by the repository's name for rows that name none; here, or on the servers of a request
   * that is graded elsewhere.
   */
  readonly openEnvironment: (
    nameOrDigest: string,
    request?: Pick<RunRequest, 'remote' | 'repository'>,
  ) => Promise<PreparedEnvironment>;
  /** How an environment that is not here would be built; null where nothing here makes that digest. */
  readonly planBuild: (wanted: EnvironmentWanted) => Promise<PlannedBuild | null>;
  /** Is told what happens; absent where nobody looks. */
  readonly observer?: Observer;
  readonly tasks: Readonly<Record<TaskKind, Task>>;
}
