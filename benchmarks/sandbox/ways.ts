import type { Lane } from '../../src/core/testReport.ts';
import type { PreparedEnvironment, Sandbox, SandboxRequest } from '../../src/ports/sandbox.ts';
import { createBubblewrapLauncher } from '../../src/sandbox/bubblewrap/bubblewrapLauncher.ts';
import { createDockerLauncher } from '../../src/sandbox/docker/dockerLauncher.ts';
import { connectEngine } from '../../src/sandbox/docker/engine.ts';
import { dockerAnswers } from '../../src/sandbox/index.ts';
import type { Launcher } from '../../src/sandbox/lanes/container.ts';
import { createLaneSandbox } from '../../src/sandbox/lanes/laneSandbox.ts';
import { peersWay } from './peersWay.ts';
import type { Subject } from './subjects.ts';

/** One row of a table: provider, lane, with or without the sabotaged re-run. */
export interface Way {
  readonly columns: readonly [provider: string, lane: string, checks: string];
  /** Grades a subject's candidate, `slots` at a time. */
  readonly open: (subject: Subject, slots: number) => Grader;
}

export interface Grader {
  /** Throws when it is not the pass that it must be. */
  grade(): Promise<void>;
  close(): Promise<void>;
}

export interface Provider {
  readonly name: string;
  readonly launcher: Launcher;
}

const never = new AbortController().signal;
/** A target that is seen for the first time takes `pre`. */
const lanes = { strict: 'strict', pre: 'pre (cold target)', full: 'full (warm target)' } as const;

/** What can be measured here: Docker only where an engine answers, none is started. */
export async function waysToMeasure(
  environment: PreparedEnvironment,
): Promise<{ providers: readonly Provider[]; ways: readonly Way[] }> {
  const bubblewrap = { name: 'bubblewrap', launcher: createBubblewrapLauncher() };
  if (!(await dockerAnswers())) return { providers: [bubblewrap], ways: waysOf(bubblewrap) };
  const engine = connectEngine();
  const launcher = createDockerLauncher(engine, {});
  const image = await launcher.prepare(environment);
  const docker = { name: 'docker', launcher };
  const peers = await peersWay({ engine, image, environment });
  return { providers: [bubblewrap, docker], ways: [peers, ...waysOf(bubblewrap), ...waysOf(docker)] };
}

function waysOf({ name, launcher }: Provider): readonly Way[] {
  return (['strict', 'pre', 'full'] as const).flatMap((lane) =>
    [false, true].map((checked): Way => {
      const open = (subject: Subject, slots: number): Grader => {
        const sandbox = createLaneSandbox({ launcher, check: () => Promise.resolve(), slots });
        const request = { ...(checked ? subject.checked : subject.unchecked), lane };
        return { grade: () => expectPass(sandbox, request), close: () => sandbox.close() };
      };
      return { columns: [name, lanes[lane], checked ? 'yes' : 'no'], open };
    }),
  );
}

async function expectPass(sandbox: Sandbox, request: SandboxRequest & { lane: Lane }): Promise<void> {
  const report = await sandbox.run(request, never);
  const all = Object.values(report.tests);
  const isPass = all.length === request.tests.length && all.every(({ status }) => status !== 'failed');
  if (!isPass || report.lane !== request.lane)
    throw new Error(`Expected a pass in ${request.lane}, found: ${JSON.stringify(report).slice(0, 2000)}`);
}
