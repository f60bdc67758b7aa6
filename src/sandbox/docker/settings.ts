import type { DockerSettings as WrittenSettings } from '../../core/run.ts';

/** What may be changed about the containers: what a run's configuration writes, and more; every limit has a default. */
export interface DockerSettings extends WrittenSettings {
  /** The image to build on; it must have the environment's Python on its PATH. */
  readonly baseImage?: string | undefined;
}
