import { readFileSync } from 'node:fs';
import { ConfigError } from '../core/errors.ts';
import type { DockerSettings, GradingPolicy, RemoteAccess } from '../core/run.ts';
import { absolutePath } from './configPaths.ts';
import { placeOf } from './layers.ts';
import type { LoadedConfig } from './loadConfig.ts';

/** How candidates are run, as a configuration asks for it; `local` is decided where they are run. */
export function gradingOf(config: LoadedConfig): GradingPolicy {
  const { grading, inference } = config.values;
  return {
    provider: inference.sandbox_provider,
    lane: grading.lane,
    strictShare: grading.strict_share,
    timeLimitFactor: grading.time_limit_factor,
    timeLimitFloorSeconds: grading.time_limit_floor_seconds,
    memoryBytes: grading.memory,
    processes: grading.processes,
    fileBytes: grading.file_size,
    outputBytes: grading.output_size,
    docker: dockerSettings(config),
  };
}

/** How sandbox servers are asked; undefined where another provider grades. */
export function remoteOf({ values }: LoadedConfig): RemoteAccess | undefined {
  const { inference, inference_pars: pars } = values;
  if (inference.sandbox_provider !== 'restapi') return undefined;
  return {
    tokenEnv: inference.sandbox_token_env,
    workers: pars.num_workers,
    maxRetries: pars.max_retries,
    retryDelaySeconds: pars.retry_delay,
    timeoutSeconds: pars.timeout,
  };
}

/** Null where the user wrote nothing: then Docker has the limits of every provider. */
function dockerSettings(config: LoadedConfig): DockerSettings | null {
  const { cpu_period, cpu_quota, memory, memory_reservation } = config.values.docker;
  const settings = {
    commands: dockerCommands(config),
    cpuPeriodMicroseconds: cpu_period,
    cpuQuotaMicroseconds: cpu_quota,
    memoryBytes: memory,
    memoryReservationBytes: memory_reservation,
  };
  const written = Object.entries(settings).filter(([, value]) => value !== null);
  return written.length === 0 ? null : Object.fromEntries(written);
}

/** The text of the file that `paths.docker_commands` names: it changes the image, so it is a part of the run. */
function dockerCommands(config: LoadedConfig): string | null {
  const named = config.values.paths.docker_commands;
  if (named === null) return null;
  const path = absolutePath(config, 'paths.docker_commands', named);
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(
      `${placeOf(['paths', 'docker_commands'], config.written)}paths.docker_commands: cannot read ${path}.\n` +
        'Name a file with lines for a Dockerfile, such as RUN apt-get install -y gcc, or set null.',
      { cause },
    );
  }
}
