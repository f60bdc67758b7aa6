import { ConfigError, DatasetError } from '../src/core/errors.ts';
import type { RunRequest } from '../src/core/run.ts';
import type { Dataset } from '../src/dataset/readDataset.ts';
import { wasValidated } from '../src/dataset/validationRecord.ts';
import type { PreparedEnvironment } from '../src/ports/sandbox.ts';
import { noEnvironment } from './openRuns.ts';
import type { Ports } from './ports.ts';

/**
 * The environment that the rows were proved on, or another one on which they were all proved again. Rows that name
 * none (the original's) take the repository's own.
 */
export async function chooseEnvironment(
  ports: Ports,
  request: RunRequest,
  dataset: Dataset,
): Promise<PreparedEnvironment> {
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
    return await ports.openEnvironment(wanted, request);
  } catch (error) {
    const isElsewhere = request.remote !== undefined;
    if (!(error instanceof ConfigError) || wanted === request.repository || isElsewhere) throw error;
    return provedHere({ ports, request, dataset, wanted });
  }
}

interface Proved {
  readonly ports: Ports;
  readonly request: RunRequest;
  readonly dataset: Dataset;
  readonly wanted: string;
}

async function provedHere({ ports, request, dataset, wanted }: Proved): Promise<PreparedEnvironment> {
  const here = await ports.openEnvironment(request.repository);
  if (await wasValidated(here, dataset.digest)) return here;
  throw new DatasetError(
    `${request.datasetPath} was proved on the environment ${wanted}; here is ${here.digest}.\n` +
      `Prove it here, then submit again: bench dataset validate ${request.datasetPath}.`,
  );
}
