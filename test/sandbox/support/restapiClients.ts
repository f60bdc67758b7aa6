import type { RemoteAccess } from '../../../src/core/run.ts';
import type { PreparedEnvironment, Sandbox, SandboxRequest } from '../../../src/ports/sandbox.ts';
import { createRestapiSandbox, remoteEnvironment } from '../../../src/sandbox/index.ts';
import { requestWith, test } from './candidates.ts';

/** A signal that nobody aborts. */
export const never = new AbortController().signal;
/** What the reference gives. */
export const expected = new Map([[test, 'passed' as const]]);
/** Settings of a client that is quick to try again. */
export const remote: RemoteAccess = {
  tokenEnv: 'MY_TOKEN',
  workers: 2,
  maxRetries: 2,
  retryDelaySeconds: 0.1,
  timeoutSeconds: 20,
};

/** A request as the worker sees it that has no environment of its own. */
export async function requestElsewhere(
  environment: PreparedEnvironment,
  statements: string,
  change: Partial<SandboxRequest> = {},
): Promise<SandboxRequest> {
  const { fileContent: originalContent } = await requestWith(environment, 'pass');
  const request = await requestWith(environment, statements, change);
  return { ...request, originalContent, environment: remoteEnvironment(environment) };
}

/** A client of the servers in `url`. */
export function clientOf(url: string, change: Partial<RemoteAccess> = {}, token?: string): Sandbox {
  return createRestapiSandbox({
    remote: { ...remote, ...change },
    environment: { SANDBOX_URL: url, ...(token && { MY_TOKEN: token }) },
  });
}
