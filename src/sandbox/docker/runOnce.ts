import { randomBytes, randomInt } from 'node:crypto';
import { SandboxError } from '../../core/errors.ts';
import type { TestReport } from '../../core/testReport.ts';
import type { SandboxRequest } from '../../ports/sandbox.ts';
import { checkFilePath } from '../bubblewrap/execute.ts';
import { ContainerGone, type ContainerSpec, type ContainerView, type Launcher } from '../lanes/container.ts';
import { composeReport, reportWithoutSupervisor } from '../runner/composeReport.ts';
import {
  protocolVersion,
  type SupervisorLimits,
  type SupervisorMessage,
  type SupervisorReport,
} from '../runner/protocol.ts';

const patienceSeconds = 15;
const startSeconds = 60;
const inodes = 8192;

/** The strict lane: one candidate in a container of its own. One that silences its supervisor twice has crashed. */
export async function runOnce(
  launcher: Launcher,
  request: SandboxRequest,
  signal: AbortSignal,
): Promise<TestReport> {
  const { environment, filePath, fileContent, limits } = request;
  checkFilePath(environment, filePath);
  const spec: ContainerSpec = {
    environment,
    mode: 'once',
    overlays: [{ filePath, content: fileContent }],
  };
  const view = await launcher.view(spec);
  for (let attempts = 1; ; attempts += 1) {
    const nonce = randomBytes(16).toString('hex');
    const started = performance.now();
    const answer = await attempt(
      { launcher, spec, line: lineOf(request, view, nonce) },
      limits.wallSeconds,
      signal,
    );
    if (answer !== null && 'stopped' in answer) {
      const { cpuSeconds, memoryBytes } = limits;
      const { provider } = launcher;
      const context = { nonce, cpuSeconds, memoryBytes, provider, pythonHome: view.pythonHome };
      return withFlags(composeReport(answer, context).report, launcher);
    }
    if (attempts === 2 || answer !== null) {
      const wallSeconds = (performance.now() - started) / 1000;
      const details = { flag: 'supervisor_silent', wallSeconds, provider: launcher.provider };
      return withFlags(reportWithoutSupervisor(answer === null ? 'crashed' : 'timed_out', details), launcher);
    }
  }
}

interface Try {
  readonly launcher: Launcher;
  readonly spec: ContainerSpec;
  readonly line: Readonly<Record<string, unknown>>;
}

/** The supervisor's report; how long it was waited for in vain; null when the container ended before. */
async function attempt(
  { launcher, spec, line }: Try,
  wallSeconds: number,
  signal: AbortSignal,
): Promise<SupervisorReport | { impatient: true } | null> {
  const container = await launcher.launch(spec, { patienceSeconds: startSeconds, signal });
  try {
    const patience = { patienceSeconds: wallSeconds + patienceSeconds, signal };
    return checked(await container.request(line, patience));
  } catch (error) {
    if (!(error instanceof ContainerGone)) throw error;
    return error.impatient ? { impatient: true } : null;
  } finally {
    container.kill();
    await container.ended;
  }
}

function checked(message: SupervisorMessage): SupervisorReport {
  if (message.type !== 'report') {
    throw new SandboxError(`Expected a report of the runner, found ${message.type}.`);
  }
  if (message.stopped === 'unkillable')
    throw new SandboxError('A candidate could not be killed.', { retry: true });
  return message;
}

function lineOf(request: SandboxRequest, view: ContainerView, nonce: string): Record<string, unknown> {
  const { environment, limits, tests } = request;
  const { importPaths, checkModule, targets, ...adapterOptions } = environment.adapterOptions;
  return {
    protocol: protocolVersion,
    // A uid of its own for each attempt: RLIMIT_NPROC counts per uid.
    user: view.ownUsers ? randomInt(20_000, 60_000) : null,
    limits: { ...limits, addressBytes: limits.memoryBytes + 1024 ** 3, inodes } satisfies SupervisorLimits,
    job: {
      kind: 'run',
      tests,
      nonce,
      adapter: environment.adapter,
      adapterOptions,
      importPaths,
      checkModule,
      targets,
      sourceRoot: view.sourceRoot,
      sitePackages: view.sitePackages,
    },
  };
}

function withFlags(report: TestReport, { flags }: Launcher): TestReport {
  const others = report.flags.filter((flag) => flag !== 'memory_per_process');
  return { ...report, flags: [...flags, ...others] };
}
