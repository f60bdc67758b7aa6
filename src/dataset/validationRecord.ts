import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreparedEnvironment } from '../ports/sandbox.ts';

/** Notes that every row of a dataset was proved on an environment other than the one it names. */
export async function noteValidated(environment: PreparedEnvironment, datasetDigest: string): Promise<void> {
  const path = recordPath(environment, datasetDigest);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, `${new Date().toISOString()}\n`);
}

/** Was the dataset proved here? */
export function wasValidated(environment: PreparedEnvironment, datasetDigest: string): Promise<boolean> {
  return access(recordPath(environment, datasetDigest)).then(
    () => true,
    () => false,
  );
}

/** Beside the environment, so that both go together. */
function recordPath({ root }: PreparedEnvironment, datasetDigest: string): string {
  return join(root, 'validated', `${datasetDigest.replace(/\W/g, '-')}.txt`);
}
