import { Context } from '@temporalio/activity';
import { hostname } from 'node:os';
import { ConfigError, DatasetError } from '../src/core/errors.ts';
import type { RunRequest } from '../src/core/run.ts';
import type { Dataset } from '../src/dataset/readDataset.ts';
import { wasValidated } from '../src/dataset/validationRecord.ts';
import type { PreparedEnvironment } from '../src/ports/sandbox.ts';
import { freeWorkSignal, orElsewhere, sayWaiting } from './activityContext.ts';
import type { BuildWork, EnvironmentBuilds } from './environmentBuilds.ts';
import { noEnvironment } from './openRuns.ts';
import type { Ports } from './ports.ts';

export interface Choosing {
  readonly ports: Ports;
  readonly builds: EnvironmentBuilds;
  readonly request: RunRequest;
  readonly dataset: Dataset;
}

/**
 * The environment that the rows were proved on, or another one on which they were all proved again. Rows that name
 * none (the original's) take the repository's own. One that is not here is built.
 */
export async function chooseEnvironment(choosing: Choosing): Promise<PreparedEnvironment> {
  const { ports, builds, request, dataset } = choosing;
  if (request.grading.provider === 'none') return noEnvironment;
  await ports.sandboxFor(request).check();
  const digests = new Set(dataset.rows.map((row) => row.triathlon?.environment ?? request.repository));
  const [wanted, ...others] = digests;
  if (wanted === undefined || others.length > 0) {
    throw new DatasetError(
      `${request.datasetPath}: expected rows of one environment, found ${digests.size}.\n` +
        'Split the file, or prove it again: bench dataset validate FILE --accept-environment.',
    );
  }
  try {
    return await builds.open(wanted, request);
  } catch (error) {
    const isElsewhere = request.remote !== undefined;
    if (!(error instanceof ConfigError) || isElsewhere) throw error;
    return otherOrBuilt(choosing, wanted);
  }
}

/** One on which the rows were proved again; else it is built, here or where that is possible. */
async function otherOrBuilt(choosing: Choosing, wanted: string): Promise<PreparedEnvironment> {
  const { ports, builds, request, dataset } = choosing;
  const { repository, datasetPath } = request;
  const isNamed = wanted === repository;
  const here = isNamed ? null : await ports.openEnvironment(repository).catch(nullWhereNone);
  if (here !== null && (await wasValidated(here, dataset.digest))) return here;
  const asked = isNamed ? { repository } : { repository, digest: wanted };
  const planned = await ports.planBuild(asked);
  return orElsewhere(builds.countOthers, async () => {
    if (planned !== null) return buildInStep(builds, { wanted: asked, planned });
    throw new DatasetError(
      `${datasetPath} was proved on the environment ${wanted}; here is ${here?.digest ?? 'none, and its description makes another'}.\n` +
        `Prove it here, then submit again: bench dataset validate ${datasetPath}.`,
    );
  });
}

/** Whoever follows the step can read how far it is. */
async function buildInStep(
  builds: EnvironmentBuilds,
  work: Pick<BuildWork, 'wanted' | 'planned'>,
): Promise<PreparedEnvironment> {
  const say = (line: string): void => sayWaiting(`building on ${hostname()}: ${line}`);
  const isAnew = Context.current().info.attempt === 1;
  say(work.planned.title);
  try {
    return await builds.build({ ...work, isAnew, say, signal: freeWorkSignal() });
  } catch (error) {
    if (!(error instanceof ConfigError) || work.wanted.digest === undefined) throw error;
    const other = 'Or prove the rows on what can be built here: bench dataset validate FILE.';
    throw new ConfigError(`${error.message}\n${other}`, { cause: error });
  } finally {
    sayWaiting(null);
  }
}

function nullWhereNone(error: unknown): null {
  if (error instanceof ConfigError) return null;
  throw error;
}
