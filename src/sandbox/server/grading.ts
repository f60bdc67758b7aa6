import { ConfigError, SandboxError } from '../../core/errors.ts';
import type { TestReport } from '../../core/testReport.ts';
import type { PreparedEnvironment, SandboxRequest } from '../../ports/sandbox.ts';
import type { Admission } from './admission.ts';
import type { Route, ServerMetrics } from './metrics.ts';
import { Problem } from './problem.ts';
import type { ServerParts } from './serverParts.ts';

/** Grades for the routes. */
export interface Grading {
  open(nameOrDigest: string): Promise<PreparedEnvironment>;
  run(route: Route, request: SandboxRequest, signal: AbortSignal): Promise<TestReport>;
}

export interface GradingParts {
  readonly parts: ServerParts;
  readonly admission: Admission;
  readonly metrics: ServerMetrics;
}

/** One sandbox behind the queue, counted; its faults become Problems. */
export function createGrading({ parts, admission, metrics }: GradingParts): Grading {
  return {
    async open(nameOrDigest) {
      try {
        return await parts.openEnvironment(nameOrDigest);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        throw new Problem(404, 'unknown_environment', { detail: error.message });
      }
    },
    async run(route, request, signal) {
      const started = performance.now();
      try {
        const report = await admission.admit(async () => {
          await parts.sandbox.prepare(request.environment);
          return parts.sandbox.run(request, signal);
        });
        metrics.graded(route, report, (performance.now() - started) / 1000);
        return report;
      } catch (error) {
        if (!(error instanceof SandboxError)) throw error;
        throw new Problem(error.retry ? 503 : 500, 'sandbox_failed', { detail: error.message });
      }
    },
  };
}
