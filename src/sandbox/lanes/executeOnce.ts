import { SandboxError } from '../../core/errors.ts';
import type { TestReport } from '../../core/testReport.ts';
import type { PreparedEnvironment, SandboxLimits } from '../../ports/sandbox.ts';
import { composeReport, reportWithoutSupervisor } from '../runner/composeReport.ts';
import type { CandidateFrame, Job, SupervisorMessage, SupervisorReport } from '../runner/protocol.ts';
import { checkFilePath } from './checkFilePath.ts';
import { ContainerGone, type Launcher, type Overlay } from './container.ts';
import { runRequest } from './requests.ts';

export interface Execution {
  readonly environment: PreparedEnvironment;
  readonly job: Job;
  readonly overlays: readonly Overlay[];
  readonly limits: SandboxLimits;
  readonly signal: AbortSignal;
  /** Folder that trusted code (coverage of the reference) may write to; the candidate then keeps the supervisor's rights. */
  readonly outputFolder?: string;
}

export interface Executed {
  readonly report: TestReport;
  readonly frame: CandidateFrame | null;
}

/** How much longer than the candidate's own limit a worker waits for its supervisor. */
export const patienceSeconds = 15;

/** The strict lane: one job in a fresh container. A candidate that silences its supervisor twice has crashed. */
export async function executeOnce(launcher: Launcher, execution: Execution): Promise<Executed> {
  for (const { filePath } of execution.overlays) checkFilePath(execution.environment, filePath);
  for (let attempts = 1; ; attempts += 1) {
    const started = performance.now();
    try {
      return await attempt(launcher, execution);
    } catch (error) {
      if (!(error instanceof ContainerGone)) throw error;
      if (attempts < 2 && !error.impatient) continue;
      const wallSeconds = (performance.now() - started) / 1000;
      return {
        report: reportWithoutSupervisor(error.impatient ? 'timed_out' : 'crashed', {
          flags: [...launcher.flags, 'supervisor_silent'],
          wallSeconds,
          provider: launcher.provider,
          lane: 'strict',
        }),
        frame: null,
      };
    }
  }
}

async function attempt(launcher: Launcher, execution: Execution): Promise<Executed> {
  const { environment, job, overlays, limits, signal, outputFolder } = execution;
  const spec = {
    environment,
    mode: 'once',
    overlays,
    limits,
    ...(outputFolder === undefined ? {} : { outputFolder }),
  } as const;
  const view = await launcher.view(spec);
  const wait = { patienceSeconds: limits.wallSeconds + patienceSeconds, signal };
  const container = await launcher.launch(spec, wait);
  try {
    const request = runRequest({ environment, view, job, limits, zygote: null, files: [] });
    const report = reportOf(await container.request(request.line, wait));
    const { nonce } = request;
    const { provider, flags } = launcher;
    const { pythonHome } = view;
    return composeReport(report, { nonce, limits, provider, flags, pythonHome, lane: 'strict' });
  } finally {
    container.kill();
    await container.ended;
  }
}

/** The report in a supervisor's answer; anything else is a fault of ours. */
export function reportOf(message: SupervisorMessage): SupervisorReport {
  if (message.type !== 'report')
    throw new SandboxError(`Expected a report of the runner, found ${message.type}.`);
  if (message.stopped === 'unkillable')
    throw new SandboxError('A candidate could not be killed.', { retry: true });
  return message;
}
