import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildCli } from '../temporalBuild.js';
import { askVersion, cachedCli, findTemporalCli } from '../temporalCli.js';
import { downloadCli } from '../temporalDownload.js';

/** The Temporal server, its Web UI and its command line in one binary. @type {import('../types.d.ts').Need} */
export const temporal = {
  id: 'temporal',
  name: 'Temporal CLI',
  hint: 'put `temporal` on PATH or its path into BENCH_TEMPORAL_CLI, or install Go 1.21 or newer and run this again',

  async check() {
    try {
      const found = await findTemporalCli();
      if (found === null)
        return { works: false, detail: 'not in BENCH_TEMPORAL_CLI, on PATH or in BENCH_HOME' };
      return {
        works: true,
        detail: `${found.version} with server ${found.serverVersion}, ${found.path} (${found.source})`,
      };
    } catch (error) {
      return { works: false, detail: messageOf(error), hint: 'correct BENCH_TEMPORAL_CLI, or unset it' };
    }
  },

  async bring(say) {
    if (process.env.BENCH_TEMPORAL_CLI)
      throw new Error('BENCH_TEMPORAL_CLI is used as it is, and nothing is fetched');
    const { folder, binary, marker } = cachedCli();
    const work = `${folder}.partial`;
    await rm(work, { recursive: true, force: true });
    await mkdir(work, { recursive: true });
    try {
      await getInto(join(work, 'temporal'), say);
      const { version, serverVersion } = await askVersion(join(work, 'temporal'), 'new');
      await writeFile(join(work, 'complete'), `${version} ${serverVersion}\n`);
      await rm(folder, { recursive: true, force: true });
      await rename(work, folder);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
    if (!existsSync(binary) || !existsSync(marker)) throw new Error(`${folder} is not complete`);
  },
};

/**
 * @param {string} target
 * @param {import('../types.d.ts').Say} say
 */
async function getInto(target, say) {
  let reason = 'BENCH_OFFLINE is set';
  if (!process.env.BENCH_OFFLINE) {
    try {
      return await downloadCli(target, say);
    } catch (error) {
      reason = messageOf(error);
    }
  }
  say(
    `the official download cannot be used (${reason}); building the Temporal CLI from its Go module instead`,
  );
  await buildCli(target, say);
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
