import { BenchError } from '../src/core/errors.ts';
import type { RunRecord } from '../src/core/run.ts';
import { readRunRecord } from './openRuns.ts';
import type { Ports } from './ports.ts';

/** What this host lacks for a run, in words; null where it lacks nothing. */
export interface HostGaps {
  readonly model: string | null;
  readonly sandbox: string | null;
}

interface Looked {
  readonly gaps: HostGaps;
  readonly at: number;
}

/** A lack may be mended at any time, what is there seldom goes away. */
const lookAgainMilliseconds = { lacking: 5000, complete: 60_000 };

/** Looks whether this host reaches a run's folder, has its environment, and has the key of its model. */
export function createHostGaps(ports: Ports): (folder: string) => Promise<HostGaps> {
  const looked = new Map<string, Looked>();
  return async (folder) => {
    const known = looked.get(folder);
    const isComplete = known?.gaps.model === null && known.gaps.sandbox === null;
    const patience = lookAgainMilliseconds[isComplete ? 'complete' : 'lacking'];
    if (known !== undefined && performance.now() - known.at < patience) return known.gaps;
    const gaps = await lookFor(ports, folder);
    looked.set(folder, { gaps, at: performance.now() });
    return gaps;
  };
}

async function lookFor(ports: Ports, folder: string): Promise<HostGaps> {
  try {
    const record = await readRunRecord(ports, folder);
    return {
      model: ports.explainModelGap(record.request.model),
      sandbox: await sandboxGap(ports, record),
    };
  } catch (error) {
    const words = wordsOf(error);
    return { model: words, sandbox: words };
  }
}

async function sandboxGap(ports: Ports, { request, environment }: RunRecord): Promise<string | null> {
  const { provider } = request.grading;
  if (provider === 'none' || provider === 'restapi') return null;
  try {
    await ports.openEnvironment(environment.digest);
    await ports.sandboxFor(request).check();
    return null;
  } catch (error) {
    return wordsOf(error);
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof BenchError) return error.message;
  throw error;
}
