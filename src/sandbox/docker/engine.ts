import Docker from 'dockerode';
import { ConfigError, SandboxError } from '../../core/errors.ts';

/** A client of the engine that DOCKER_HOST names, else of this machine's. Without a version in its paths: any engine will do. */
export function connectEngine(): Docker {
  try {
    return new Docker();
  } catch (cause) {
    throw new ConfigError(
      `Expected DOCKER_HOST to be like unix:///var/run/docker.sock or tcp://host:2376, found ${JSON.stringify(process.env['DOCKER_HOST'])}.`,
      { cause },
    );
  }
}

/** Whether an engine answers that isolates: what `local` in a configuration asks. Never throws. */
export async function dockerAnswers(): Promise<boolean> {
  try {
    await checkEngine(connectEngine());
    return true;
  } catch {
    return false;
  }
}

/** Is there an engine, for this machine's kind of programs, that can filter system calls and hold limits? */
export async function checkEngine(engine: Docker): Promise<void> {
  const info = (await engine.info().catch((error: unknown) => {
    throw explainEngine(error, 'answer');
  })) as EngineInfo;
  const reasons = [
    ...(info.OSType === 'linux' ? [] : [`it runs ${String(info.OSType)} containers`]),
    ...(info.SecurityOptions?.some((one) => one.includes('name=seccomp'))
      ? []
      : ['it cannot filter system calls (seccomp)']),
    ...(info.MemoryLimit === true ? [] : ['it cannot limit memory']),
    ...(info.PidsLimit === true ? [] : ['it cannot limit the number of processes']),
    ...(info.CpuCfsQuota === true ? [] : ['it cannot limit processor time']),
  ];
  const [architecture] = architectures[process.arch] ?? [process.arch];
  if (info.Architecture !== architecture)
    reasons.push(
      `it runs on ${String(info.Architecture)}, environments here are for ${String(architecture)}`,
    );
  if (reasons.length === 0) return;
  throw new SandboxError(
    `Expected a Docker engine that isolates, found one where ${reasons.join(', ')}.\n` +
      'Use another engine (DOCKER_HOST), or sandbox_provider: bubblewrap.',
  );
}

/** What was found and what to do, in one to three lines. */
export function explainEngine(error: unknown, what: string): SandboxError {
  const { code, message = String(error), statusCode } = error as EngineFault;
  const where = process.env['DOCKER_HOST'] ?? 'this machine';
  if (code === 'EACCES' || code === 'EPERM') {
    return new SandboxError(
      `Expected the right to use the Docker engine of ${where}, found: permission denied on its socket.\n` +
        'Add your user to its group (sudo usermod -aG docker $USER, then log in again), or use sandbox_provider: bubblewrap.',
      { cause: error },
    );
  }
  if (statusCode === undefined && code !== undefined) {
    return new SandboxError(
      `Expected a Docker engine on ${where}, found none (${code}).\n` +
        'Start it (sudo systemctl start docker), set DOCKER_HOST, or use sandbox_provider: bubblewrap.',
      { cause: error, retry: true },
    );
  }
  return new SandboxError(`Expected the Docker engine to ${what}, it says: ${message.trim()}`, {
    cause: error,
    retry: statusCode !== undefined && statusCode >= 500,
  });
}

/** An error of dockerode: of the connection (`code`) or of the engine (`statusCode`). */
export interface EngineFault {
  readonly code?: string;
  readonly message?: string;
  readonly statusCode?: number;
}

interface EngineInfo {
  readonly OSType?: string;
  readonly Architecture?: string;
  readonly SecurityOptions?: readonly string[] | null;
  readonly MemoryLimit?: boolean;
  readonly PidsLimit?: boolean;
  readonly CpuCfsQuota?: boolean;
}

const architectures: Readonly<Record<string, readonly string[]>> = { x64: ['x86_64'], arm64: ['aarch64'] };
