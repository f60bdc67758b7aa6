import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { TestReport } from '../../core/testReport.ts';
import type { Admission } from './admission.ts';

/** Figures for Prometheus. */
export interface ServerMetrics {
  graded(route: Route, report: TestReport, seconds: number): void;
  requested(route: string, status: number): void;
  text(): Promise<string>;
  readonly contentType: string;
}

export type Route = 'run_item' | 'grade';

const prefix = 'triathlon_sandbox_';
const buckets = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

/** Makes the figures of one server; gauges are read when they are asked for. */
export function createMetrics(admission: Admission, slots: number): ServerMetrics {
  const registry = new Registry();
  addGauges(registry, {
    slots: ['Candidates graded at a time.', () => slots],
    running: ['Candidates that are being graded.', admission.running],
    queue_length: ['Candidates that wait for a slot.', admission.waiting],
  });
  const { grades, requests, answerSeconds, runSeconds } = addCounts(registry);
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    requested: (route, status) => requests.inc({ route, status }),
    graded(route, report, seconds) {
      const { ended, lane } = report;
      grades.inc({ route, ended, lane, tests: outcomeOf(report) });
      answerSeconds.observe({ route }, seconds);
      runSeconds.observe({ ended }, report.wallSeconds);
    },
  };
}

function addGauges(
  registry: Registry,
  gauges: Readonly<Record<string, readonly [help: string, value: () => number]>>,
): void {
  for (const [name, [help, value]] of Object.entries(gauges)) {
    new Gauge({
      name: prefix + name,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  }
}

function addCounts(registry: Registry) {
  const common = (name: string, help: string) => ({ name: prefix + name, help, registers: [registry] });
  return {
    grades: new Counter({
      ...common('grades_total', 'Reports made.'),
      labelNames: ['route', 'ended', 'lane', 'tests'],
    }),
    requests: new Counter({
      ...common('requests_total', 'HTTP requests answered.'),
      labelNames: ['route', 'status'],
    }),
    answerSeconds: new Histogram({
      ...common('answer_seconds', 'Seconds from the request to its report, waiting included.'),
      labelNames: ['route'],
      buckets,
    }),
    runSeconds: new Histogram({
      ...common('run_seconds', 'Seconds that a candidate ran.'),
      labelNames: ['ended'],
      buckets,
    }),
  };
}

/** Without the expected statuses there is no verdict here: only whether every test passed. */
function outcomeOf({ ended, tests }: TestReport): 'all_passed' | 'some_failed' | 'none' {
  const results = Object.values(tests);
  if (ended !== 'completed' || results.length === 0) return 'none';
  return results.every(({ status }) => status === 'passed') ? 'all_passed' : 'some_failed';
}
