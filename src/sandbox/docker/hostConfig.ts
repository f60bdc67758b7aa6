import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostConfig } from 'dockerode';
import type { ContainerLimits, ContainerMode } from '../lanes/container.ts';
import type { DockerSettings } from './settings.ts';

const mebibyte = 1 << 20;
/** For the supervisor and for files in /tmp and /dev/shm. */
const roomBytes = 128 * mebibyte;
/** For the source tree that a slot holds. */
const treeBytes = 128 * mebibyte;
/** Those of the container's own that no candidate may use up. */
const spareProcesses = 8;

/** What follows from what a container is for. */
export interface Holding {
  readonly mode: ContainerMode;
  /** What a candidate may have. */
  readonly limits: ContainerLimits;
  /** What a slot may keep ready. */
  readonly warmBytes: number;
  /** Folders that the supervisor fills and alone may change. */
  readonly inMemory: readonly string[];
}

/**
 * How a container is held. The supervisor is root with what it needs to make a candidate another user and to kill it;
 * a candidate has no capability.
 */
export function hostConfigOf(settings: DockerSettings, holding: Holding): HostConfig {
  const { mode, limits, warmBytes, inMemory } = holding;
  const once = settings.memoryBytes ?? limits.memoryBytes + roomBytes;
  const memory = mode === 'slot' ? once + warmBytes + treeBytes : once;
  const { memoryReservationBytes } = settings;
  return {
    AutoRemove: true,
    Init: true,
    ReadonlyRootfs: true,
    NetworkMode: 'none',
    // Its own name is its loopback, as in every other sandbox.
    ExtraHosts: ['bench:127.0.0.1'],
    IpcMode: 'private',
    CapDrop: ['ALL'],
    CapAdd: ['SETUID', 'SETGID', 'KILL'],
    SecurityOpt: ['no-new-privileges', `seccomp=${seccompProfile()}`],
    PidsLimit: limits.processes + spareProcesses,
    Memory: memory,
    MemorySwap: memory,
    ...(memoryReservationBytes === undefined
      ? {}
      : { MemoryReservation: Math.min(memoryReservationBytes, memory) }),
    ...processorTime(settings),
    ShmSize: 16 * mebibyte,
    Tmpfs: {
      // The supervisor stops a candidate before it has used up the inodes.
      '/tmp': 'rw,noexec,nosuid,nodev,mode=1777,size=64m,nr_inodes=128k',
      // Queues would outlive the candidate that made them.
      '/dev/mqueue': 'ro,noexec,nosuid,nodev,mode=555,size=4k',
      ...Object.fromEntries(inMemory.map((folder) => [folder, 'rw,exec,nosuid,nodev,mode=755,size=1g'])),
    },
    Ulimits: [limit('nofile', 1024), limit('core', 0), limit('fsize', limits.fileBytes)],
    LogConfig: { Type: 'none', Config: {} },
  };
}

function processorTime({ cpuPeriodMicroseconds, cpuQuotaMicroseconds }: DockerSettings): HostConfig {
  if (cpuPeriodMicroseconds === undefined && cpuQuotaMicroseconds === undefined) return { NanoCpus: 1e9 };
  const period = cpuPeriodMicroseconds ?? 100_000;
  return { CpuPeriod: period, CpuQuota: cpuQuotaMicroseconds ?? period };
}

function limit(name: string, value: number): { Name: string; Soft: number; Hard: number } {
  return { Name: name, Soft: value, Hard: value };
}

let profile: string | undefined;

/** The engine takes the profile's text, so that a remote one needs no file of ours. */
function seccompProfile(): string {
  const path = join(import.meta.dirname, '..', '..', '..', 'resources', 'docker', 'seccomp.json');
  profile ??= JSON.stringify(JSON.parse(readFileSync(path, 'utf8')));
  return profile;
}
