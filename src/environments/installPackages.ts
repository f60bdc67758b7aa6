import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resourcesFolder } from './benchHome.ts';
import type { PythonFound } from './findPython.ts';
import type { RepositorySpec } from './repositorySpec.ts';
import { mustRun } from './runCommand.ts';

/**
 * The virtual environment with the pinned packages and nothing else (no pip, no second copy of the repository), and
 * coverage.py beside it, out of the candidates' sight. Answers `name==version` of what was installed.
 */
export async function installPackages(work: {
  spec: RepositorySpec;
  python: PythonFound;
  folder: string;
  say: (line: string) => void;
}): Promise<string[]> {
  const { spec, python, folder, say } = work;
  const venv = join(folder, 'venv');
  say(`${spec.title}: virtual environment on Python ${python.version}, pinned packages`);
  await mustRun('Making a virtual environment', [python.executable, '-I', '-m', 'venv', '--copies', venv]);
  const pip = join(venv, 'bin', 'pip');
  const requirements = join(folder, 'requirements.txt');
  await writeFile(requirements, spec.requirementsText);
  const pinned = ['--quiet', '--require-hashes', '--only-binary', ':all:', '--no-compile'];
  await mustRun('Installing the pinned packages', [pip, 'install', ...pinned, '--requirement', requirements]);
  const coverage = ['--requirement', join(resourcesFolder(), 'runner', 'coverage.requirements.txt')];
  await mustRun('Installing coverage.py', [
    pip,
    'install',
    ...pinned,
    '--target',
    join(folder, 'coverage'),
    ...coverage,
  ]);
  const frozen = await mustRun('Listing packages', [
    pip,
    'list',
    '--format',
    'freeze',
    '--disable-pip-version-check',
  ]);
  await mustRun('Removing pip', [pip, 'uninstall', '--quiet', '--yes', 'pip', 'setuptools']);
  await rm(join(venv, 'include'), { recursive: true, force: true });
  return frozen
    .split('\n')
    .filter((line) => line.includes('==') && !/^(pip|setuptools)==/.test(line))
    .sort();
}
