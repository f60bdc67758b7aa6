/** What a user may change about the containers; every limit has a default. */
export interface DockerSettings {
  /** The image to build on; it must have the environment's Python on its PATH. */
  readonly baseImage?: string | undefined;
  /** Lines for the Dockerfile, after its FROM. */
  readonly commands?: string | undefined;
  readonly cpuPeriodMicroseconds?: number | undefined;
  readonly cpuQuotaMicroseconds?: number | undefined;
  readonly memoryBytes?: number | undefined;
  readonly memoryReservationBytes?: number | undefined;
  readonly processes?: number | undefined;
  readonly fileBytes?: number | undefined;
}
