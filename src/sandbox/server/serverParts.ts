import type { PreparedEnvironment, Sandbox, SandboxLimits } from '../../ports/sandbox.ts';

/** What the server works with; wired by the command. */
export interface ServerParts {
  readonly sandbox: Sandbox;
  readonly provider: string;
  readonly slots: number;
  readonly runnerDigest: string;
  readonly listEnvironments: () => Promise<readonly PreparedEnvironment[]>;
  /** By name or digest; throws ConfigError when it is not there. */
  readonly openEnvironment: (nameOrDigest: string) => Promise<PreparedEnvironment>;
  /** Ids of all tests under labels. */
  readonly listTests: (
    environment: PreparedEnvironment,
    labels: readonly string[],
  ) => Promise<readonly string[]>;
}

/** What the server allows. */
export interface ServerRules {
  /** Environment of `/run_item`, which names none. */
  readonly repository: string;
  /** Null: nobody needs one. */
  readonly token: string | null;
  /** `/run_item` needs no token, whatever the other routes need. */
  readonly openRunItem: boolean;
  readonly bodyBytes: number;
  /** Items that may wait beyond those that run. */
  readonly queueLength: number;
  /** Limits of `/run_item`, which names none. */
  readonly itemLimits: SandboxLimits;
}
