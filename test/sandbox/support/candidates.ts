import { buildEnvironment, openEnvironment } from '../../../src/environments/index.ts';
import type { Lane } from '../../../src/core/testReport.ts';
import type { PreparedEnvironment } from '../../../src/ports/sandbox.ts';

export {
  limits,
  requestAtImport,
  requestWith,
  target,
  test,
} from '../../../src/sandbox/conformance/candidates.ts';

/** Every lane, with bubblewrap as this user starts it, and as one who is not root. */
export function waysToRun(): readonly { userNamespace: boolean; lane: Lane }[] {
  const users = process.getuid?.() === 0 ? [false, true] : [true];
  return users.flatMap((userNamespace) =>
    (['strict', 'pre', 'full'] as const).map((lane) => ({ userNamespace, lane })),
  );
}

/** The real environment; built when this is the first to ask. */
export async function djangoEnvironment(): Promise<PreparedEnvironment> {
  return environmentOf('django');
}

/** The real environment of a repository; built when this is the first to ask. */
export async function environmentOf(repository: string): Promise<PreparedEnvironment> {
  return openEnvironment(repository).catch(() => buildEnvironment({ repository }));
}
