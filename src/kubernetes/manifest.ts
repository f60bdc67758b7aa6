import { stringify } from 'yaml';
import { isMapping } from '../config/layers.ts';

/** An object of Kubernetes as it is written. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels: Labels };
  readonly [key: string]: unknown;
}

export type Labels = Readonly<Record<string, string>>;

/** What everything of ours carries. */
export const ownLabels: Labels = { 'app.kubernetes.io/name': 'triathlon' };

/** Selects one run's objects, or those of the sandbox servers. */
export const partLabel = 'triathlon/part';

/** Several objects as one YAML stream; what is in a Secret is not shown. */
export function showManifests(manifests: readonly Manifest[]): string {
  return manifests
    .map((manifest) => stringify(withoutSecrets(manifest), { lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n');
}

function withoutSecrets(manifest: Manifest): Manifest {
  const hidden = manifest['stringData'];
  if (!isMapping(hidden)) return manifest;
  const names = Object.keys(hidden).map((name) => [name, '(not shown)'] as const);
  return { ...manifest, stringData: Object.fromEntries(names) };
}

/** Puts what a user writes over what we write: mappings by key, lists of named things by name, the rest replaced. */
export function mergeOver(ours: unknown, theirs: unknown): unknown {
  if (isMapping(ours) && isMapping(theirs)) {
    const merged: Record<string, unknown> = { ...ours };
    for (const [key, value] of Object.entries(theirs)) merged[key] = mergeOver(ours[key], value);
    return merged;
  }
  if (isNamed(ours) && isNamed(theirs)) {
    const kept = ours.map((one) => mergeOver(one, theirs.find(({ name }) => name === one.name) ?? one));
    const known = new Set(ours.map(({ name }) => name));
    return [...kept, ...theirs.filter(({ name }) => !known.has(name))];
  }
  return theirs;
}

function isNamed(value: unknown): value is { readonly name: string }[] {
  return Array.isArray(value) && value.every((one) => isMapping(one) && typeof one['name'] === 'string');
}
