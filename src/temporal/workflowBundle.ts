import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type Logger } from '@temporalio/worker';
import { benchHome } from '../../setup/home.js';

const folders = ['../../workflows', '../core/flow'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** The workflows as one file: bundled when they have changed, which takes seconds, else from the cache. */
export async function workflowBundle(logger: Logger): Promise<{ codePath: string }> {
  const cache = join(benchHome(), 'workflow-bundles');
  const codePath = join(cache, `${await digestOfSources()}.js`);
  if (await readFile(codePath).catch(() => null)) return { codePath };
  const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
  const { code } = await bundleWorkflowCode({ workflowsPath, logger });
  await mkdir(cache, { recursive: true });
  const temporary = `${codePath}.${randomUUID()}.tmp`;
  await writeFile(temporary, code);
  await rename(temporary, codePath);
  return { codePath };
}

async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256');
  const { version } = createRequire(import.meta.url)('@temporalio/workflow/package.json');
  hash.update(String(version));
  for (const folder of folders) {
    for (const name of (await readdir(folder)).sort()) {
      hash.update(name).update(await readFile(join(folder, name)));
    }
  }
  return hash.digest('hex').slice(0, 32);
}
