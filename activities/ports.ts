import type { GradingPolicy, ModelSpec, TaskKind } from '../src/core/run.ts';
import type { Task } from '../src/core/tasks/task.ts';
import type { Model } from '../src/ports/model.ts';
import type { ResultStore } from '../src/ports/resultStore.ts';
import type { PreparedEnvironment, Sandbox } from '../src/ports/sandbox.ts';

/** Everything outside that the activities touch; wired once, in src/temporal/compose.ts. */
export interface Ports {
  readonly openStore: (folder: string) => ResultStore;
  readonly createModel: (spec: ModelSpec) => Model;
  readonly sandboxFor: (policy: GradingPolicy) => Sandbox;
  /** By digest as rows name it, or by the repository's name for rows that name none. */
  readonly openEnvironment: (nameOrDigest: string) => Promise<PreparedEnvironment>;
  readonly tasks: Readonly<Record<TaskKind, Task>>;
}
