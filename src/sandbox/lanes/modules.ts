import { SandboxError } from '../../core/errors.ts';
import type { PreparedEnvironment } from '../../ports/sandbox.ts';
import type { ModulesOf } from './slot.ts';

export interface Modules {
  /** What a boot of these tests loads, by name, or by file where it is the repository's; found once for an environment. */
  of(environment: PreparedEnvironment, tests: readonly string[]): ModulesOf;
}

/** Remembers the modules of each environment: which tests asked first does not matter, they only save time. */
export function createModules(): Modules {
  const found = new Map<string, readonly string[]>();
  return {
    of: (environment, tests) => async (run) => {
      const known = found.get(environment.digest);
      if (known !== undefined) return known;
      const { frame, report } = await run({ kind: 'modules', tests });
      if (frame?.list === undefined) {
        const said = report.output;
        throw new SandboxError(
          `Expected the modules that ${environment.name} loads, found ${report.ended}: ${said}`,
          { retry: true },
        );
      }
      found.set(environment.digest, frame.list);
      return frame.list;
    },
  };
}
