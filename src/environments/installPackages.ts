import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { resourcesFolder } from './resourcesFolder.ts';
import type { PythonFound } from './findPython.ts';
import type { RepositorySpec } from './repositorySpec.ts';
import { commandError, mustRun, runCommand, type CommandResult } from './runCommand.ts';

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
  await installPinned({ pip, python, requirements, spec });
  await installPinned({
    ...{ pip, python, spec },
    requirements: join(resourcesFolder(), 'runner', 'coverage.requirements.txt'),
    target: join(folder, 'coverage'),
  });
  const list = [pip, 'list', '--format', 'freeze', '--disable-pip-version-check'] as const;
  const frozen = await mustRun('Listing packages', list);
  await mustRun('Removing pip', [pip, 'uninstall', '--quiet', '--yes', 'pip', 'setuptools']);
  await rm(join(venv, 'include'), { recursive: true, force: true });
  return frozen
    .split('\n')
    .filter((line) => line.includes('==') && !/^(pip|setuptools)==/.test(line))
    .sort();
}

/** Installs wheels of a requirements file whose every line has a version and hashes. */
export async function installPinned(work: {
  pip: string;
  python: PythonFound;
  requirements: string;
  spec: RepositorySpec;
  target?: string;
}): Promise<void> {
  const { pip, python, requirements, spec, target } = work;
  const pinned = ['--quiet', '--require-hashes', '--only-binary', ':all:', '--no-compile'];
  const into = target === undefined ? [] : ['--target', target];
  const args = ['install', ...pinned, ...into, '--requirement', requirements];
  const result = await runCommand(pip, args);
  if (result.code !== 0) throw explainInstall({ result, python, spec, command: [pip, ...args].join(' ') });
}

function explainInstall(failed: {
  result: CommandResult;
  python: PythonFound;
  spec: RepositorySpec;
  command: string;
}): ConfigError {
  const { result, python, spec, command } = failed;
  const { output } = result;
  const isOffline = /Retrying|Max retries|Temporary failure in name resolution/.test(output);
  const missing = /No matching distribution found for (\S+)/.exec(output)?.[1];
  if (missing !== undefined && !isOffline) {
    return new ConfigError(
      `Expected a wheel of ${missing} for Python ${python.minor} on ${process.platform}-${process.arch}, found none.\n` +
        `Put a Python that has one first in python.prefer of ${spec.path}, or pin another version.`,
    );
  }
  const unpinned = /(?:These do not:|missing from some requirements.*)\n\s+(\S+)/.exec(output);
  if (unpinned) {
    return new ConfigError(
      `Expected a version and hashes for every package that Python ${python.minor} needs, found ${unpinned[1] ?? ''} without.\n` +
        `Pin it: bench env build ${spec.path} --pin.`,
    );
  }
  return commandError('Installing the pinned packages', result, command);
}
