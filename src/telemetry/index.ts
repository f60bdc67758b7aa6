import type { Observer } from '../ports/observer.ts';
import { startWorkerMetrics } from './workerMetrics.ts';

/** What looks at a worker's runs, as it was asked for. */
export interface Telemetry {
  readonly observer: Observer;
  /** Where Prometheus finds the figures; null where no port was given. */
  readonly metricsAddress: string | null;
  close(): Promise<void>;
}

/** Figures where a port is given, traces where the OTEL_* variables name an endpoint, and otherwise nothing. */
export async function startTelemetry(metricsPort: number | undefined, host?: string): Promise<Telemetry> {
  const metrics = metricsPort === undefined ? null : await startWorkerMetrics(metricsPort, host);
  const traces = hasTraces(process.env) ? (await import('./traces.ts')).startTraces() : null;
  const observers = [metrics, traces].flatMap((one) => (one === null ? [] : [one.observer]));
  return {
    observer: observerOf(observers),
    metricsAddress: metrics?.address ?? null,
    close: async () => void (await Promise.all([metrics?.close(), traces?.close()])),
  };
}

/** Were traces asked for, by the variables of the standard? */
export function hasTraces(environment: Readonly<Record<string, string | undefined>>): boolean {
  const endpoints = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  const isOff = environment['OTEL_SDK_DISABLED']?.toLowerCase() === 'true';
  return !isOff && endpoints.some((name) => (environment[name] ?? '') !== '');
}

/** Tells each of them. What goes wrong in one is no matter of a run. */
function observerOf(observers: readonly Observer[]): Observer {
  const tell = <T>(each: (observer: Observer) => T): T[] =>
    observers.flatMap((observer) => {
      try {
        return [each(observer)];
      } catch {
        return [];
      }
    });
  return {
    turnGraded: (...facts) => void tell((one) => one.turnGraded(...facts)),
    itemEnded: (...facts) => void tell((one) => one.itemEnded(...facts)),
    itemUnscored: (...facts) => void tell((one) => one.itemUnscored(...facts)),
    runSummarized: (run) => void tell((one) => one.runSummarized(run)),
    stepBegan(step) {
      const ends = tell((one) => one.stepBegan(step));
      return (isFailure) => {
        for (const end of ends) end(isFailure);
      };
    },
  };
}
