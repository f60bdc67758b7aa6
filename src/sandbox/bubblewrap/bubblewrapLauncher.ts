import { spawn, type ChildProcess } from 'node:child_process';
import { join, posix } from 'node:path';
import type { Writable } from 'node:stream';
import { SandboxError } from '../../core/errors.ts';
import type { PreparedEnvironment } from '../../ports/sandbox.ts';
import { ContainerGone, type Container, type ContainerSpec, type Launcher } from '../lanes/container.ts';
import type { ContainerMode, Wait } from '../lanes/container.ts';
import { openContainer } from '../lanes/streamContainer.ts';
import { runnerFolder } from '../runner/runnerFolder.ts';
import {
  closingArguments,
  fixedArguments,
  inside,
  maskArguments,
  pythonHomeOf,
  sitePackages,
  type View,
} from './arguments.ts';
import { canCloseUserNamespaces, isRoot } from './check.ts';
import { seccompFilter } from './seccomp.ts';

/** Starts containers with bubblewrap. `userNamespace`: use one even when started as root; otherwise only when not. */
export function createBubblewrapLauncher(userNamespace = false): Launcher {
  const remembered = rememberViews(userNamespace);
  return {
    provider: 'bubblewrap',
    flags: ['memory_per_process'],
    async view(spec) {
      const view = await remembered(spec.environment, spec.mode);
      const coverage = spec.outputFolder === undefined ? [] : [inside.coverage];
      return {
        sourceRoot: inside.source,
        sitePackages: [sitePackages(spec.environment, 'inside'), ...coverage],
        pythonHome: view.pythonHome,
        isolation: spec.mode === 'once' ? 'whole' : 'namespaces',
        ownUsers: view.userNamespace === 'none' && spec.outputFolder === undefined,
        seccomp: spec.mode === 'once' ? null : (seccompFilter()?.toString('base64') ?? null),
      };
    },
    async launch(spec, wait) {
      const view = await remembered(spec.environment, spec.mode);
      wait.signal.throwIfAborted();
      return launch(view, spec, wait);
    },
  };
}

async function launch(view: View, spec: ContainerSpec, wait: Wait): Promise<Container> {
  const child = start(view, spec);
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-16_384);
  });
  const ended = endOf(child);
  try {
    const { stdin, stdout } = child;
    if (stdin === null || stdout === null)
      throw new SandboxError('Expected pipes to bubblewrap, found none.');
    return await openContainer({ stdin, stdout, ended, kill: () => void child.kill('SIGKILL') }, wait);
  } catch (error) {
    if (!(error instanceof ContainerGone)) throw error;
    const last = said.trim().split('\n').at(-1) || 'it printed nothing';
    throw new SandboxError(
      `Expected bubblewrap to start the runner, it ended with ${await ended}: ${last}. Run: bench doctor.`,
      { retry: error.impatient },
    );
  }
}

function start(view: View, spec: ContainerSpec): ChildProcess {
  const filter = spec.mode === 'once' ? seccompFilter() : null;
  const given = [...spec.overlays.map((overlay) => overlay.content), ...(filter ? [filter] : [])];
  const files = spec.overlays.flatMap(({ filePath }, index) => [
    ...maskArguments(view, filePath),
    ...['--perms', '0644', '--ro-bind-data', String(3 + index), posix.join(inside.source, filePath)],
  ]);
  const seccomp = filter ? ['--seccomp', String(3 + spec.overlays.length)] : [];
  const all = [
    ...fixedArguments(view),
    ...extraMounts(view, spec),
    ...files,
    ...seccomp,
    ...closingArguments(view),
  ];
  const child = spawn('bwrap', all, {
    stdio: ['pipe', 'pipe', 'pipe', ...given.map(() => 'pipe' as const)],
    env: { PATH: process.env['PATH'] },
    cwd: '/',
  });
  given.forEach((content, index) => {
    // A sandbox that did not start closes its end: its exit says why.
    (child.stdio[3 + index] as Writable | null)?.on('error', () => undefined).end(content);
  });
  return child;
}

function extraMounts(view: View, { outputFolder }: ContainerSpec): string[] {
  if (outputFolder === undefined) return [];
  const coverage = join(view.environment.root, 'coverage');
  return ['--bind', outputFolder, inside.output, '--ro-bind', coverage, inside.coverage];
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (cause) => {
      resolve(`${cause.message}`);
    });
    child.once('close', (code, signal) => {
      resolve(signal ?? `exit code ${code}`);
    });
  });
}

type Views = (environment: PreparedEnvironment, mode: ContainerMode) => Promise<View>;

/** The runner's copy for an environment is made once per folder. */
function rememberViews(userNamespace: boolean): Views {
  const views = new Map<string, Promise<View>>();
  return (environment, mode) => {
    const key = `${environment.root} ${mode}`;
    const known = views.get(key);
    if (known) return known;
    const made = viewOf(environment, mode, userNamespace);
    views.set(key, made);
    made.catch(() => views.delete(key));
    return made;
  };
}

/** What bubblewrap's arguments follow from; makes the runner's copy for the environment. */
export async function viewOf(
  environment: PreparedEnvironment,
  mode: ContainerMode,
  userNamespace = false,
): Promise<View> {
  return {
    environment,
    mode,
    runner: await runnerFolder(environment),
    pythonHome: pythonHomeOf(environment),
    userNamespace: isRoot() && !userNamespace ? 'none' : (await canCloseUserNamespaces()) ? 'closed' : 'open',
  };
}
