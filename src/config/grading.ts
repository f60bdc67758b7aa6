import type { DockerLimits, GradingPolicy } from '../core/run.ts';
import type { LoadedConfig } from './loadConfig.ts';

/** How candidates are run, as a configuration asks for it; `local` is decided where they are run. */
export function gradingOf(config: LoadedConfig): GradingPolicy {
  const { grading, inference } = config.values;
  return {
    provider: inference.sandbox_provider,
    lane: grading.lane,
    timeLimitFactor: grading.time_limit_factor,
    timeLimitFloorSeconds: grading.time_limit_floor_seconds,
    memoryBytes: grading.memory,
    processes: grading.processes,
    fileBytes: grading.file_size,
    outputBytes: grading.output_size,
    docker: dockerLimits(config),
  };
}

/** Null where the user wrote nothing: then Docker has the limits of every provider. */
function dockerLimits({ values }: LoadedConfig): DockerLimits | null {
  const { cpu_period, cpu_quota, memory, memory_reservation } = values.docker;
  const limits = {
    cpuPeriod: cpu_period,
    cpuQuota: cpu_quota,
    memoryBytes: memory,
    memoryReservationBytes: memory_reservation,
  };
  return Object.values(limits).every((limit) => limit === null) ? null : limits;
}
