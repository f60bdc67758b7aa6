import { ConfigError } from '../src/core/errors.ts';
import type { EnvironmentWanted, PlannedBuild } from '../src/environments/index.ts';
import type { PreparedEnvironment } from '../src/ports/sandbox.ts';
import type { Ports } from './ports.ts';

/** The builds of environments of one process: what it waits for, and those that runs wait for. */
export interface EnvironmentBuilds {
  /** Opens one; where it is not here and could not be built a while ago, the error says why. */
  readonly open: Ports['openEnvironment'];
  /** Builds one and waits for it. */
  build(work: BuildWork): Promise<PreparedEnvironment>;
  /** Sees to it that one is built in the background, one at a time; answers what happens in words, null where nothing does. */
  seeTo(wanted: EnvironmentWanted): Promise<string | null>;
  /** Other processes that may have what this one cannot build. */
  readonly countOthers: () => Promise<number>;
  /** Gives up what is under way. */
  stop(): Promise<void>;
}

export interface BuildWork {
  readonly wanted: EnvironmentWanted;
  readonly planned: PlannedBuild;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Also where it could not be built a while ago. */
  readonly isAnew: boolean;
}

export interface Building {
  readonly ports: Pick<Ports, 'openEnvironment' | 'planBuild'>;
  readonly countOthers: () => Promise<number>;
  /** Told when a build in the background begins and how it ends. */
  readonly log: (line: string) => void;
}

export function createEnvironmentBuilds({ ports, countOthers, log }: Building): EnvironmentBuilds {
  const failures = rememberFailures();
  const background = buildInBackground(failures, log);
  return {
    async open(nameOrDigest, request) {
      try {
        return await ports.openEnvironment(nameOrDigest, request);
      } catch (error) {
        throw withReason(error, failures.recent(nameOrDigest));
      }
    },
    async build({ wanted, planned, signal, say, isAnew }) {
      const key = keyOf(wanted);
      const reason = isAnew ? null : failures.recent(key);
      if (reason !== null) throw new ConfigError(reason);
      return failures.watch(key, signal, planned.build({ onProgress: say, signal }));
    },
    async seeTo(wanted) {
      const planned = await ports.planBuild(wanted);
      const key = keyOf(wanted);
      return planned === null || failures.recent(key) !== null ? null : background.seeTo(key, planned);
    },
    countOthers,
    stop: () => background.stop(),
  };
}

interface UnderWay {
  readonly key: string;
  readonly title: string;
  readonly since: string;
  readonly ended: Promise<void>;
}

function buildInBackground(failures: Failures, log: Building['log']) {
  const stopping = new AbortController();
  const { signal } = stopping;
  let underWay: UnderWay | null = null;

  const build = async (key: string, { title, build: work }: PlannedBuild): Promise<void> => {
    log(`building ${title} for a run that is open (${key})`);
    try {
      await failures.watch(key, signal, work({ signal }));
      log(`${title} is built: this host takes its work from now on`);
    } catch (error) {
      const later = `tried again in ${againAfterMinutes} minutes`;
      if (!signal.aborted) log(`${title} could not be built here, ${later}: ${wordsOf(error)}`);
    } finally {
      underWay = null;
    }
  };
  return {
    seeTo(key: string, planned: PlannedBuild): string | null {
      if (signal.aborted) return null;
      const { title } = planned;
      const since = `${new Date().toISOString().slice(11, 19)}Z`;
      underWay ??= { key, title, since, ended: build(key, planned) };
      return underWay.key === key
        ? `${title} is being built here since ${underWay.since}`
        : `${title} will be built here when ${underWay.title} is`;
    },
    async stop() {
      stopping.abort();
      await underWay?.ended;
    },
  };
}

interface Failures {
  /** Why it could not be built a while ago. */
  recent(key: string): string | null;
  /** Keeps why a build fails; to be given up is no failure. */
  watch<T>(key: string, signal: AbortSignal, building: Promise<T>): Promise<T>;
}

const againAfterMinutes = 10;

function rememberFailures(): Failures {
  const failures = new Map<string, { readonly reason: string; readonly at: number }>();
  return {
    recent(key) {
      const failure = failures.get(key);
      const isRecent = failure !== undefined && performance.now() - failure.at < againAfterMinutes * 60_000;
      return isRecent ? failure.reason : null;
    },
    async watch(key, signal, building) {
      try {
        const built = await building;
        failures.delete(key);
        return built;
      } catch (error) {
        if (!signal.aborted) failures.set(key, { reason: wordsOf(error), at: performance.now() });
        throw error;
      }
    },
  };
}

/** Failures are found again by what was to be opened. */
function keyOf({ repository, digest }: EnvironmentWanted): string {
  return digest ?? repository;
}

function withReason(error: unknown, reason: string | null): unknown {
  if (!(error instanceof ConfigError) || reason === null) return error;
  const [lacking = ''] = error.message.split('\n');
  return new ConfigError(`${lacking}\nIt could not be built here: ${reason}`, { cause: error });
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
