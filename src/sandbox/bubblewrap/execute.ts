import { randomBytes, randomInt } from 'node:crypto';
import { statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { SandboxError } from '../../core/errors.ts';
import type { TestReport } from '../../core/testReport.ts';
import type { PreparedEnvironment, SandboxLimits } from '../../ports/sandbox.ts';
import { composeReport, reportWithoutSupervisor } from '../runner/composeReport.ts';
import { protocolVersion, type CandidateFrame, type Job, type SupervisorLimits } from '../runner/protocol.ts';
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
import { attempt } from './attempt.ts';
import { canCloseUserNamespaces, isRoot } from './check.ts';

export interface Execution {
  readonly environment: PreparedEnvironment;
  readonly job: Job;
  /** Files of the source tree to replace, by their path in it. */
  readonly overlays: readonly { readonly filePath: string; readonly content: string }[];
  readonly limits: SandboxLimits;
  readonly signal: AbortSignal;
  /** Folder that trusted code (coverage of the reference) may write to; the candidate then keeps the supervisor's rights. */
  readonly outputFolder?: string;
  /** Use a user namespace even when started as root. */
  readonly userNamespace?: boolean;
}

export interface Executed {
  readonly report: TestReport;
  readonly frame: CandidateFrame | null;
}

const provider = 'bubblewrap';
const inodes = 8192;
const patienceSeconds = 15;

/** Runs one job in a fresh sandbox. A candidate that silences its supervisor twice has crashed. */
export async function execute(execution: Execution): Promise<Executed> {
  const view = await viewOf(execution.environment, execution.userNamespace);
  for (let attempts = 1; ; attempts += 1) {
    const nonce = randomBytes(16).toString('hex');
    const result = await attempt({
      argumentsBefore: [...fixedArguments(view), ...extraMounts(view, execution)],
      argumentsAfter: closingArguments(view),
      overlays: execution.overlays.map(({ filePath, content }) => ({
        path: posix.join(inside.source, filePath),
        content,
      })),
      request: JSON.stringify(requestOf(execution, view, nonce)),
      patienceSeconds: execution.limits.wallSeconds + patienceSeconds,
      signal: execution.signal,
    });
    if (result.kind === 'reported') {
      const { cpuSeconds, memoryBytes } = execution.limits;
      return composeReport(result.report, {
        nonce,
        cpuSeconds,
        memoryBytes,
        provider,
        pythonHome: view.pythonHome,
      });
    }
    if (attempts === 2 || result.ended === 'timed_out') {
      const { ended, wallSeconds } = result;
      return {
        report: reportWithoutSupervisor(ended, { flag: 'supervisor_silent', wallSeconds, provider }),
        frame: null,
      };
    }
  }
}

const views = new Map<string, Promise<View>>();

/** Makes the runner's copy for an environment; remembered per folder. */
export function viewOf(environment: PreparedEnvironment, userNamespace = false): Promise<View> {
  const key = `${environment.root} ${userNamespace}`;
  const known = views.get(key);
  if (known) return known;
  const made = (async (): Promise<View> => ({
    environment,
    runner: await runnerFolder(environment),
    pythonHome: pythonHomeOf(environment),
    userNamespace: isRoot() && !userNamespace ? 'none' : (await canCloseUserNamespaces()) ? 'closed' : 'open',
  }))();
  views.set(key, made);
  made.catch(() => views.delete(key));
  return made;
}

function extraMounts(view: View, { overlays, outputFolder }: Execution): string[] {
  return [
    ...overlays.flatMap(({ filePath }) => {
      checkFilePath(view.environment, filePath);
      return maskArguments(view, filePath);
    }),
    ...(outputFolder === undefined ? [] : ['--bind', outputFolder, inside.output]),
    ...(outputFolder === undefined
      ? []
      : ['--ro-bind', join(view.environment.root, 'coverage'), inside.coverage]),
  ];
}

/** Throws SandboxError unless it is a file of the source tree. */
export function checkFilePath(environment: PreparedEnvironment, filePath: string): void {
  const clean =
    posix.normalize(filePath) === filePath && !filePath.startsWith('/') && !filePath.startsWith('..');
  const found = clean && statSync(join(environment.sourceRoot, filePath), { throwIfNoEntry: false });
  if (!found || !found.isFile()) {
    throw new SandboxError(
      `Expected a file of ${environment.name}'s source tree, relative to it; found ${JSON.stringify(filePath)}.`,
    );
  }
}

function requestOf(execution: Execution, view: View, nonce: string): Record<string, unknown> {
  const { environment, job, limits, outputFolder } = execution;
  const { importPaths, checkModule, targets, ...adapterOptions } = environment.adapterOptions;
  const packages = [
    sitePackages(environment, 'inside'),
    ...(outputFolder === undefined ? [] : [inside.coverage]),
  ];
  return {
    protocol: protocolVersion,
    // A uid of its own for each attempt: RLIMIT_NPROC counts per uid.
    user: view.userNamespace === 'none' && outputFolder === undefined ? randomInt(20_000, 60_000) : null,
    limits: { ...limits, addressBytes: limits.memoryBytes + 1024 ** 3, inodes } satisfies SupervisorLimits,
    job: {
      ...job,
      nonce,
      adapter: environment.adapter,
      adapterOptions,
      importPaths,
      checkModule,
      targets,
      sourceRoot: inside.source,
      sitePackages: packages,
    },
  };
}
