import { BenchError } from '../src/core/errors.ts';
import type { RunRecord } from '../src/core/run.ts';
import type { EnvironmentBuilds } from './environmentBuilds.ts';
import { insistOn } from './insistOn.ts';
import { readRunRecord } from './openRuns.ts';
import type { Ports } from './ports.ts';

/** What this host lacks for a run. */
export interface HostGap {
  readonly words: string;
  /** This host is about to have it: nobody need fail for it. */
  readonly isMending: boolean;
}

/** Looks for what the work of a role needs; null where it lacks nothing. */
export type HostGaps = (folder: string, role: 'model' | 'sandbox') => Promise<HostGap | null>;

interface Looked {
  readonly gap: HostGap | null;
  readonly at: number;
}

/** A lack may be mended at any time, what is there seldom goes away. */
const lookAgainMilliseconds = { lacking: 5000, complete: 60_000 };

/**
 * Looks whether this host reaches a run's folder, and has the key of its model or its sandbox and environment. An
 * environment that can be built here is built.
 */
export function createHostGaps(ports: Ports, builds: EnvironmentBuilds): HostGaps {
  const looked = new Map<string, Looked>();
  return async (folder, role) => {
    const key = `${role} ${folder}`;
    const known = looked.get(key);
    const patience = lookAgainMilliseconds[known?.gap === null ? 'complete' : 'lacking'];
    if (known !== undefined && performance.now() - known.at < patience) return known.gap;
    const gap = await lookFor(() => gapOf(folder, role));
    looked.set(key, { gap, at: performance.now() });
    return gap;
  };

  async function gapOf(folder: string, role: 'model' | 'sandbox'): Promise<HostGap | null> {
    const record = await readRunRecord(ports, folder);
    // A newer host leaves runs of before to those that are as they were begun.
    await insistOn(record, role === 'sandbox' ? 'runner' : 'prompts');
    if (role === 'sandbox') return sandboxGap({ ports, builds, record });
    const words = ports.explainModelGap(record.request.model);
    return words === null ? null : { words, isMending: false };
  }
}

async function lookFor(gapOf: () => Promise<HostGap | null>): Promise<HostGap | null> {
  try {
    return await gapOf();
  } catch (error) {
    return { words: wordsOf(error), isMending: false };
  }
}

interface SandboxLook {
  readonly ports: Ports;
  readonly builds: EnvironmentBuilds;
  readonly record: RunRecord;
}

async function sandboxGap({ ports, builds, record }: SandboxLook): Promise<HostGap | null> {
  const { request, environment } = record;
  const { provider } = request.grading;
  if (provider === 'none' || provider === 'restapi') return null;
  await ports.sandboxFor(request).check();
  try {
    await builds.open(environment.digest);
    return null;
  } catch (error) {
    const lacking = { words: wordsOf(error), isMending: false };
    const wanted = { repository: request.repository, digest: environment.digest };
    const building = await lookFor(async () => {
      const words = await builds.seeTo(wanted);
      return words === null ? null : { words, isMending: true };
    });
    return building?.isMending === true ? building : lacking;
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof BenchError) return error.message;
  throw error;
}
