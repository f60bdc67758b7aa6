import { join } from 'node:path';
import { loadConfig } from '../../src/config/loadConfig.ts';
import { resolveSuite } from '../../src/config/resolveSuite.ts';
import { resourcePath } from '../../src/config/resources.ts';
import type { Outcome } from '../../src/core/records.ts';
import { findServer } from '../../src/temporal/connection.ts';
import {
  randomFaults,
  startMisbehavingServer,
  type MisbehavingServer,
} from '../support/misbehavingServer.ts';
import { knowingModel } from './answers.ts';
import { disturb, type Kills } from './disturb.ts';
import { countStored, readOutcomes, submitUntilDone } from './results.ts';

/** Requests at a time. */
export const inFlight = 8;

export interface ChaosPlan {
  readonly folder: string;
  readonly rows: number;
  readonly kills: number;
  readonly seed: number;
  readonly only?: 'worker' | undefined;
  /** Share of requests that go wrong. */
  readonly faults: number;
}

export interface ChaosResult {
  /** Outcomes by run and item, without times. */
  readonly outcomes: ReadonlyMap<string, string>;
  readonly stored: number;
  readonly requests: number;
  readonly faulty: number;
  readonly kills: Kills;
  readonly seconds: number;
}

/** Three tasks on real Django rows, three turns each, with a model and a machine that fail as planned. */
export async function runChaos(plan: ChaosPlan): Promise<ChaosResult> {
  const model: { current: MisbehavingServer | null } = { current: null };
  const suite = resolveSuite(loadConfig({ document: configOf(plan, 'http://127.0.0.1:1/v1') }));
  const answer = await knowingModel(suite);
  model.current = await startMisbehavingServer({
    answer,
    plan: randomFaults(plan.seed, plan.faults),
    delayMilliseconds: 150,
  });
  const started = performance.now();
  try {
    const server = await findServer({ address: null, namespace: null, start: true });
    let finished = false;
    const running = resolveSuite(loadConfig({ document: configOf(plan, model.current.url) }));
    const results = join(plan.folder, 'results');
    const { requests } = model.current;
    const faulty = (): number => requests.filter(({ fault }) => fault !== null).length;
    const unstored = async (): Promise<number> => requests.length - faulty() - (await countStored(results));
    const disturbing = disturb({ model: model.current, unstored, ...plan, finished: () => finished });
    await submitUntilDone(server.address, running).finally(() => void (finished = true));
    const kills = await disturbing;
    const seconds = (performance.now() - started) / 1000;
    const outcomes = await readOutcomes(results, ({ samples }) => samples.map(withoutTimes));
    const stored = await countStored(results);
    return { outcomes, stored, requests: requests.length, faulty: faulty(), kills, seconds };
  } finally {
    await model.current.stop();
  }
}

function configOf({ folder, rows }: ChaosPlan, url: string): Record<string, unknown> {
  return {
    run_name: 'chaos',
    data: { path: resourcePath('datasets/django-4.0.4-mini.jsonl.gz'), max_items: rows },
    paths: { output_folder: join(folder, 'results') },
    suite: { tasks: ['method_gen_multiturn', 'completion', 'program_repair'] },
    inference: {
      provider: 'openai',
      model_name: 'test-model',
      base_url: url,
      sandbox_provider: 'local',
      max_iter: 3,
      turns_for_all_tasks: true,
      max_request_retries: 20,
      request_timeout_seconds: 20,
      batch_size: inFlight,
    },
  };
}

/** What must be the same however often somebody pulled a plug. */
function withoutTimes(sample: Outcome['samples'][number]): unknown {
  return {
    stop: sample.stopReason,
    turns: sample.turns.map(({ turn, verdict, code, feedback, metrics }) => ({
      turn,
      verdict,
      code,
      feedback,
      metrics,
    })),
  };
}
