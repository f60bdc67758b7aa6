import { ConfigError } from '../core/errors.ts';
import { inNamespace, kubectl } from './kubectl.ts';
import { partLabel } from './manifest.ts';

const kinds = 'jobs,statefulsets,services,networkpolicies,configmaps,secrets';

/** Removes a run's objects, or the sandbox servers'; the lines say which. Throws ConfigError when there are none. */
export async function deletePart(name: string, namespace: string | null | undefined): Promise<string> {
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name))
    throw new ConfigError(`Expected a name that bench k8s status lists, found ${JSON.stringify(name)}.`);
  const selected = [`--selector=${partLabel}=${name}`, ...inNamespace(namespace)];
  const said = await kubectl(['delete', kinds, ...selected, '--wait=false']);
  // Where there is nothing, it says that in words.
  if (said.includes(' deleted')) return said;
  throw new ConfigError(
    `Nothing of ours is called ${name} here; bench k8s status lists the runs of a namespace.`,
  );
}
