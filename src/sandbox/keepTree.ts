import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExpectedStatuses } from '../core/verdicts.ts';
import type { PreparedEnvironment } from '../ports/sandbox.ts';
import { sitePackages } from './bubblewrap/arguments.ts';
import { runnerFolder } from './runner/runnerFolder.ts';

export interface TreeToKeep {
  readonly environment: PreparedEnvironment;
  readonly filePath: string;
  readonly fileContent: string;
  readonly expected: ExpectedStatuses;
  /** An existing folder to keep it in. */
  readonly folder: string;
}

/**
 * Copies the source tree, puts the candidate into it, and answers the command that runs its tests by hand: through
 * the same adapter, outside of any sandbox.
 */
export async function keepTree({
  environment,
  filePath,
  fileContent,
  expected,
  folder,
}: TreeToKeep): Promise<string> {
  const tree = join(folder, 'source');
  const file = join(tree, filePath);
  await cp(environment.sourceRoot, tree, { recursive: true });
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, fileContent);
  // Byte code of the reference must not stand in for the candidate.
  await rm(join(dirname(file), '__pycache__'), { recursive: true, force: true });
  const { importPaths, checkModule, targets, ...adapterOptions } = environment.adapterOptions;
  const job = {
    kind: 'run',
    nonce: '',
    tests: [...expected.keys()],
    expected: Object.fromEntries(expected),
    adapter: environment.adapter,
    adapterOptions,
    importPaths,
    checkModule,
    targets,
    sourceRoot: tree,
    sitePackages: [sitePackages(environment, 'host')],
  };
  const jobFile = join(folder, 'job.json');
  await writeFile(jobFile, `${JSON.stringify(job, null, 2)}\n`);
  const runner = await runnerFolder(environment);
  const command = [environment.python, '-s', '-S', join(runner, 'by_hand.py'), jobFile];
  return `cd ${quote(folder)} && PYTHONHASHSEED=0 ${command.map(quote).join(' ')}`;
}

function quote(word: string): string {
  return /^[\w./=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
