import type { SuiteIdentity } from '../src/core/flow/identity.ts';
import { WORKFLOW_VERSION } from '../src/core/flow/version.ts';
import type { RunRequest, SuiteRequest } from '../src/core/run.ts';

/** What two submissions must share to be the same suite: `run.key` → value, compared in the open workflow. */
export function suiteIdentity(suite: SuiteRequest): SuiteIdentity {
  const keys = suite.runs.flatMap((run) =>
    Object.entries({ ...requestKeys(run), output: run.outputFolder }).map(([key, value]) => [
      `${run.name}.${key}`,
      value,
    ]),
  );
  return { version: WORKFLOW_VERSION, keys: Object.fromEntries(keys) };
}

/** Everything in a request that can change a result; where a model runs and how fast it is fed cannot. */
export function requestKeys(request: RunRequest): Record<string, string> {
  const { task, policy, grading, model } = request;
  const { provider, model: model_name, seed, modelArguments } = model;
  const values = {
    task,
    dataset_path: request.datasetPath,
    max_items: request.maxItems,
    skip_bad_rows: request.skipBadRows,
    provider,
    model_name,
    seed,
    ...prefixed('embedded', model.embedded ?? {}),
    ...prefixed('model_args', modelArguments),
    ...prefixed('policy', policy),
    ...prefixed('grading', grading),
  };
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, JSON.stringify(value)]));
}

function prefixed(prefix: string, values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix}.${key}`, value]));
}
