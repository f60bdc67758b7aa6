import { looksLikeSecret } from '../config/secrets.ts';
import type { KubernetesFile } from './kubernetesFile.ts';
import { type Labels, type Manifest } from './manifest.ts';

/** The variables of a container: plain ones, and by reference those in Secrets. */
export interface ContainerEnvironment {
  readonly env: readonly unknown[];
  readonly envFrom: readonly unknown[];
  /** Made by us for what the file's `env` holds and should not be read by everybody who may see the Job. */
  readonly secret: Manifest | null;
}

/** What `env` and `secrets` of the file say, for the objects of this name. */
export function environmentOf(
  { env, secrets, namespace }: KubernetesFile,
  { name, labels }: { readonly name: string; readonly labels: Labels },
): ContainerEnvironment {
  const given = Object.entries(env);
  const hidden = given.filter(([key, value]) => isSecret(key, value));
  const secret: Manifest | null =
    hidden.length === 0
      ? null
      : {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name, labels, ...(namespace && { namespace }) },
          stringData: Object.fromEntries(hidden),
        };
  return {
    env: given.filter(([key, value]) => !isSecret(key, value)).map(([key, value]) => ({ name: key, value })),
    envFrom: [...secrets, ...(secret === null ? [] : [name])].map((one) => ({ secretRef: { name: one } })),
    secret,
  };
}

function isSecret(key: string, value: string): boolean {
  return /(KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?)$/i.test(key) || looksLikeSecret(value);
}
