import { buildEnvironment, openEnvironment } from '../../../src/environments/index.ts';
import type { PreparedEnvironment } from '../../../src/ports/sandbox.ts';

export {
  limits,
  requestAtImport,
  requestWith,
  target,
  test,
} from '../../../src/sandbox/conformance/candidates.ts';

/** The real environment; built when this is the first to ask. */
export async function djangoEnvironment(): Promise<PreparedEnvironment> {
  return openEnvironment('django').catch(() => buildEnvironment({ repository: 'django' }));
}
