import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { SandboxError } from '../../core/errors.ts';
import type { PreparedEnvironment } from '../../ports/sandbox.ts';
import type { ContainerMode } from '../lanes/container.ts';

/** Where things are inside the sandbox. */
export const inside = {
  source: '/bench/source',
  venv: '/bench/venv',
  coverage: '/bench/coverage',
  runner: '/bench/runner',
  output: '/bench/output',
} as const;

export interface View {
  readonly environment: PreparedEnvironment;
  readonly runner: string;
  /** Prefix of the base interpreter, e.g. /usr. */
  readonly pythonHome: string;
  /** `none`: started as root, the supervisor sets the candidate's uid. `open`: this bubblewrap cannot forbid nested ones. */
  readonly userNamespace: 'none' | 'closed' | 'open';
  readonly mode: ContainerMode;
}

const temporaryBytes = 64 << 20;
const sharedMemoryBytes = 16 << 20;

/** bubblewrap's arguments that are the same for every candidate of an environment. */
export function fixedArguments(view: View): string[] {
  return [
    ...['--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    // Beside a candidate, the supervisor is the first process: bubblewrap's own would have its user, and the worker's pipes.
    ...(view.mode === 'once' ? ['--as-pid-1'] : []),
    ...['--die-with-parent', '--new-session', '--hostname', 'bench', '--cap-drop', 'ALL'],
    ...rights(view),
    ...openFolders(view),
    ...systemLibraries(),
    ...interpreter(view),
    ...['--ro-bind', view.environment.sourceRoot, inside.source],
    ...['--ro-bind', join(view.environment.root, 'venv'), inside.venv],
    ...['--ro-bind', view.runner, inside.runner],
    ...['passwd', 'group', 'hosts', 'nsswitch.conf'].flatMap((name) => [
      '--ro-bind',
      join(view.runner, 'etc', name),
      `/etc/${name}`,
    ]),
    ...['--ro-bind-try', '/etc/ld.so.cache', '/etc/ld.so.cache'],
    ...['--ro-bind', realpathSync('/bin/sh'), '/bin/sh'],
    // The packaged time zones: the same ones on every machine.
    ...[
      '--ro-bind-try',
      join(sitePackages(view.environment, 'host'), 'tzdata', 'zoneinfo'),
      '/usr/share/zoneinfo',
    ],
    ...['--proc', '/proc', '--dev', '/dev'],
    // A user whose number is the host's root could write settings of its kernel. A slot does this for each candidate.
    ...(view.mode === 'once' ? ['--remount-ro', '/proc'] : []),
    ...['--perms', '1777', '--size', String(sharedMemoryBytes), '--tmpfs', '/dev/shm'],
    ...['--perms', '1777', '--size', String(temporaryBytes), '--tmpfs', '/tmp'],
    ...processVariables(),
  ];
}

/** The supervisor of a slot makes namespaces for its items; that of a single job must not be able to. */
function rights({ userNamespace, mode }: View): string[] {
  const root = userNamespace === 'none' ? ['CAP_SETUID', 'CAP_SETGID', 'CAP_KILL'] : [];
  // SETFCAP: without it, nobody may map a user namespace's root into one inside it.
  const map = userNamespace === 'none' ? [] : ['CAP_SETFCAP'];
  const maker = mode === 'slot' ? ['CAP_SYS_ADMIN', ...map] : [];
  const user = mode === 'slot' ? '0' : '65534';
  return [
    ...[...root, ...maker].flatMap((name) => ['--cap-add', name]),
    ...(userNamespace === 'none' ? [] : ['--unshare-user', '--uid', user, '--gid', user]),
    ...(userNamespace === 'closed' && mode === 'once' ? ['--disable-userns'] : []),
  ];
}

/** Arguments that come last, when every mount point exists. */
export function closingArguments(view: View): string[] {
  const start = `import sys; sys.path[0] = '${inside.runner}'; import supervisor; supervisor.main()`;
  const python = posix.join(inside.venv, 'bin', pythonName(view.environment));
  // Not `-I`: that would ignore PYTHONHASHSEED. All variables are ours, and `sys.path[0]` is replaced.
  return ['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', '/', '--', python, '-s', '-S', '-c', start];
}

/** `host`: path on this machine; `inside`: path in the sandbox. */
export function sitePackages(environment: PreparedEnvironment, where: 'host' | 'inside'): string {
  const venv = where === 'host' ? join(environment.root, 'venv') : inside.venv;
  return join(venv, 'lib', pythonName(environment), 'site-packages');
}

/** Prefix of the interpreter that the virtual environment was made with. */
export function pythonHomeOf(environment: PreparedEnvironment): string {
  const text = readFileSync(join(environment.root, 'venv', 'pyvenv.cfg'), 'utf8');
  const home = /^home\s*=\s*(.+)$/m.exec(text)?.[1]?.trim();
  if (!home)
    throw new SandboxError(`Expected "home = …" in ${environment.root}/venv/pyvenv.cfg, found none.`);
  return dirname(home);
}

/** `python3.11` */
export function pythonName(environment: PreparedEnvironment): string {
  return posix.basename(environment.python);
}

/** Masks of an overlaid file's byte code: it is compiled from the reference. */
export function maskArguments(view: View, filePath: string): string[] {
  const { dir, name } = posix.parse(filePath);
  const tag = `cpython-${pythonName(view.environment).slice('python'.length).replace('.', '')}`;
  const cache = posix.join(dir, '__pycache__');
  const compiled = listNames(join(view.environment.sourceRoot, cache)).filter((one) =>
    one.startsWith(`${name}.${tag}`),
  );
  return compiled.flatMap((one) => [
    '--ro-bind',
    join(view.runner, 'etc', 'empty'),
    posix.join(inside.source, cache, one),
  ]);
}

/** bubblewrap would make the parents of a mount point for its own user only. */
function openFolders({ pythonHome }: View): string[] {
  const folders = ['/bench', '/bench/overlay', '/etc', '/bin', '/usr', '/usr/share'];
  for (let folder = join(pythonHome, 'lib'); folder !== '/'; folder = dirname(folder)) folders.push(folder);
  const unique = [...new Set(folders)].filter((folder) => folder !== '/usr/lib').sort();
  return unique.flatMap((folder) => ['--perms', '0755', '--dir', folder]);
}

function systemLibraries(): string[] {
  return ['/lib', '/lib64', '/usr/lib', '/usr/lib64'].flatMap((path) => {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found) return [];
    if (found.isSymbolicLink()) return ['--symlink', readlinkSync(path), path];
    return ['--ro-bind', path, path];
  });
}

/** Standard library and shared library of the base interpreter, without any packages installed there. */
function interpreter({ environment, pythonHome, runner }: View): string[] {
  const library = join(pythonHome, 'lib');
  const standard = join(library, pythonName(environment));
  const shared = listNames(library).filter((name) => /^libpython3.*\.so/.test(name));
  const packages = [
    join(standard, 'site-packages'),
    join(standard, 'dist-packages'),
    '/usr/lib/python3/dist-packages',
  ];
  const ownMount = pythonHome === '/usr' ? [] : ['--ro-bind', standard, standard];
  return [
    ...ownMount,
    ...(pythonHome === '/usr'
      ? []
      : shared.flatMap((name) => ['--ro-bind', join(library, name), join(library, name)])),
    ...packages.filter(isFolder).flatMap((path) => ['--ro-bind', join(runner, 'nothing'), path]),
  ];
}

function processVariables(): string[] {
  const variables = {
    PATH: '/bench/venv/bin:/bin',
    HOME: '/tmp',
    USER: 'bench',
    LOGNAME: 'bench',
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    PYTHONHASHSEED: '0',
    PYTHONDONTWRITEBYTECODE: '1',
    MALLOC_ARENA_MAX: '2',
  };
  return ['--clearenv', ...Object.entries(variables).flatMap(([name, value]) => ['--setenv', name, value])];
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
