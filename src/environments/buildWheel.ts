import { access, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import type { PythonFound } from './findPython.ts';
import { installPinned } from './installPackages.ts';
import type { RepositorySpec } from './repositorySpec.ts';
import { mustRun } from './runCommand.ts';
import { makePip } from './throwawayVenv.ts';

/** Of a distribution's metadata what code can ask for; the list of installed files would be wrong. */
const metadataFiles = ['METADATA', 'entry_points.txt', 'top_level.txt'];

/**
 * Builds the repository's wheel with its own pinned backend, on a copy. Its metadata go into the virtual environment,
 * so that `importlib.metadata` knows the repository; files that the build made go into the tree. Nothing else does:
 * the tree stays the only copy of the code.
 */
export async function buildWheel(work: {
  spec: RepositorySpec;
  python: PythonFound;
  folder: string;
  say: (line: string) => void;
}): Promise<void> {
  const { spec, python, folder, say } = work;
  if (spec.buildRequirementsText === null) return;
  say(`${spec.title}: building it for its metadata`);
  const temporary = await mkdtemp(join(tmpdir(), 'triathlon-wheel-'));
  try {
    const wheel = await makeWheel({ spec, python, tree: join(folder, 'source'), temporary });
    const unpacked = join(temporary, 'unpacked');
    await mustRun('Unpacking the wheel', [python.executable, '-I', '-m', 'zipfile', '-e', wheel, unpacked]);
    const packages = join(folder, 'venv', 'lib', `python${python.minor}`, 'site-packages');
    const made = [];
    for (const path of await listFiles(unpacked)) {
      const [top = '', name = ''] = path.split('/');
      if (top.endsWith('.dist-info')) {
        if (metadataFiles.includes(name)) await place(join(unpacked, path), join(packages, path));
      } else if (await placeMade({ spec, tree: join(folder, 'source'), unpacked, path })) made.push(path);
    }
    if (made.length > 0) say(`${spec.title}: the build made ${made.join(', ')}`);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function makeWheel(work: {
  spec: RepositorySpec;
  python: PythonFound;
  tree: string;
  temporary: string;
}): Promise<string> {
  const { spec, python, tree, temporary } = work;
  const requirements = join(temporary, 'requirements.txt');
  await writeFile(requirements, spec.buildRequirementsText ?? '');
  const pip = await makePip(python, join(temporary, 'venv'));
  await installPinned({ pip, python, requirements, spec });
  const copy = join(temporary, 'source');
  await cp(tree, copy, { recursive: true, verbatimSymlinks: true });
  const out = join(temporary, 'out');
  const args = ['wheel', '--quiet', '--no-deps', '--no-build-isolation', '--wheel-dir', out, copy];
  await mustRun(`Building ${spec.title}`, [pip, ...args], { env: { ...spec.variables } });
  const [name = ''] = await readdir(out);
  if (name.endsWith('-none-any.whl')) return join(out, name);
  throw new ConfigError(
    `Expected ${spec.title} to be pure Python, its build made ${name}.\nA repository with compiled parts cannot be an environment.`,
  );
}

/** Puts a file of the wheel into the tree when its package is there and the file is not. */
async function placeMade(work: {
  spec: RepositorySpec;
  tree: string;
  unpacked: string;
  path: string;
}): Promise<boolean> {
  const { spec, tree, unpacked, path } = work;
  const [top = ''] = path.split('/');
  if (top === path || top.endsWith('.data')) return false;
  for (const root of spec.import_paths) {
    if (!(await isThere(join(tree, root, top)))) continue;
    const target = join(tree, root, path);
    if (await isThere(target)) return false;
    await place(join(unpacked, path), target);
    return true;
  }
  return false;
}

async function place(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to);
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
