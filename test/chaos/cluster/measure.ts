/**
 * The chaos trial: `npm run chaos -- --rows 100 --disturbances 200`. A suite of three tasks on a cluster whose parts are
 * killed, paused, cut off and filled up, compared with the same suite undisturbed. Exit code 1 where anything is lost,
 * doubled, changed, asked again or left over.
 */
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { loadConfig } from '../../../src/config/loadConfig.ts';
import { resolveSuite } from '../../../src/config/resolveSuite.ts';
import { resourcePath } from '../../../src/config/resources.ts';
import { canStart } from '../../storage/s3Server.ts';
import { clusterGap } from '../../support/temporalCluster.ts';
import { countStored, submitUntilDone } from '../results.ts';
import { balance, readAccount, type Account } from './balance.ts';
import { disturbanceKinds, disturbCluster, planDisturbances, type Disturbed } from './disturbances.ts';
import { lookForHosts, lookForLeftOvers } from './leftOvers.ts';
import { isClean, renderTrial, type TrialResult } from './printTable.ts';
import { standstills } from './standstill.ts';
import { startChaosCluster, type ChaosCluster } from './startCluster.ts';

interface Trial {
  readonly folder: string;
  readonly rows: number;
  readonly disturbances: number;
  readonly seed: number;
  readonly kinds: readonly string[];
  readonly settleSeconds: number;
}

/** Items at a time. */
const inFlight = 4;
/** The run is stretched so that each disturbance has about so long. */
const secondsForEach = 7;
const requestTimeoutSeconds = 60;

await main();

async function main(): Promise<void> {
  const gap = (await clusterGap()) ?? (canStart('versitygw') ? null : 'no Go here, which builds versitygw');
  if (gap !== null) throw new Error(gap);
  const { keep, ...given } = readArguments();
  const folder = await mkdtemp(join(tmpdir(), 'bench-chaos-'));
  // PostgreSQL's own user has to reach its folder.
  await chmod(folder, 0o755);
  await using cleanUps = new AsyncDisposableStack();
  cleanUps.defer(() => (keep ? tell(`kept: ${folder}`) : rm(folder, { recursive: true, force: true })));
  const result = await Promise.race([runTrial({ ...given, folder }, cleanUps), untilInterrupted()]);
  if (result === null) {
    await cleanUps.disposeAsync();
    process.exit(130);
  }
  process.stdout.write(renderTrial(result));
  process.exitCode = isClean(result) ? 0 : 1;
}

async function untilInterrupted(): Promise<null> {
  await Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal)));
  return null;
}

function readArguments(): Omit<Trial, 'folder'> & { readonly keep: boolean } {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '10' },
      disturbances: { type: 'string', default: '30' },
      seed: { type: 'string', default: '1' },
      kinds: { type: 'string', default: disturbanceKinds.join(',') },
      /** Before left-overs are looked for. */
      settle: { type: 'string', default: '60' },
      keep: { type: 'boolean', default: false },
    },
  });
  return {
    rows: Number(values.rows),
    disturbances: Number(values.disturbances),
    seed: Number(values.seed),
    kinds: values.kinds.split(','),
    settleSeconds: Number(values.settle),
    keep: values.keep,
  };
}

async function runTrial(trial: Trial, cleanUps: AsyncDisposableStack): Promise<TrialResult> {
  const { folder, disturbances, settleSeconds } = trial;
  const document = documentOf(trial, 'calm', 'http://127.0.0.1:1/v1');
  const cluster = await startChaosCluster({ folder, document, cleanUps });
  const calm = await runSuite({ trial, cluster, place: 'calm' });
  tell(`calm: ${calm.outcomes.size} items, ${calm.answers} answers, ${calm.requests} requests`);
  await cluster.paceModel(Math.max(200, (1000 * disturbances * secondsForEach * inFlight) / calm.answers));
  const started = performance.now();
  let disturbed: readonly Disturbed[] = [];
  const meanwhile = async (finished: () => boolean): Promise<void> => {
    disturbed = await disturb({ trial, cluster, answers: calm.answers, finished });
  };
  const wild = await runSuite({ trial, cluster, place: 'wild', meanwhile });
  const wildSeconds = (performance.now() - started) / 1000;
  await cluster.stop();
  tell(`looking for left-overs in ${settleSeconds} s`);
  await sleep(settleSeconds * 1000);
  const leftByParts = await lookForLeftOvers(folder, cluster.objects);
  await cluster.giveUpHosts();
  return {
    calm,
    wild,
    balance: balance(calm, wild),
    standstills: standstills(disturbed, wild.progress),
    leftOvers: { ...leftByParts, ...(await lookForHosts(folder)) },
    wildSeconds,
  };
}

interface SuiteRun {
  readonly trial: Trial;
  readonly cluster: ChaosCluster;
  /** Of its results in the bucket. */
  readonly place: string;
  readonly meanwhile?: (finished: () => boolean) => Promise<void>;
}

/** Submits the suite, does something meanwhile, and tells what came out of it. */
async function runSuite({ trial, cluster, place, meanwhile }: SuiteRun): Promise<Account> {
  const { address, modelUrl, objects, requestLog } = cluster;
  const since = Date.now();
  const suite = resolveSuite(loadConfig({ document: documentOf(trial, place, modelUrl) }));
  let isOver = false;
  const doing = meanwhile?.(() => isOver);
  await submitUntilDone(address, suite).finally(() => void (isOver = true));
  await doing;
  return readAccount({ results: join(objects, place), requestLog, since });
}

interface Disturb {
  readonly trial: Trial;
  readonly cluster: ChaosCluster;
  readonly answers: number;
  readonly finished: () => boolean;
}

async function disturb({ trial, cluster, answers, finished }: Disturb): Promise<Disturbed[]> {
  const { disturbances: count, seed } = trial;
  const { parts, objects } = cluster;
  const kinds = disturbanceKinds.filter((kind) => trial.kinds.includes(kind));
  for (const [kind, lacking] of [
    ['cut', parts.every(({ host }) => host?.cable == null)],
    ['fill', parts.every(({ host }) => host?.disk == null)],
  ] as const)
    if (lacking && kinds.includes(kind)) tell(`${kind}: left out, this user may not make networks or disks`);
  const planned = planDisturbances({ parts, kinds, count, seed, answers });
  const countAnswers = (): Promise<number> => countStored(join(objects, 'wild'));
  return disturbCluster({ planned, countAnswers, finished, tell });
}

function documentOf({ rows }: Trial, place: string, url: string): Record<string, unknown> {
  return {
    run_name: 'chaos',
    data: { path: resourcePath('datasets/django-4.0.4.jsonl.gz'), max_items: rows },
    paths: { output_folder: `s3://results/${place}` },
    suite: { tasks: ['method_gen_multiturn', 'completion', 'program_repair'] },
    inference: {
      provider: 'openai',
      model_name: 'test-model',
      base_url: url,
      sandbox_provider: 'restapi',
      max_iter: 3,
      turns_for_all_tasks: true,
      max_request_retries: 20,
      request_timeout_seconds: requestTimeoutSeconds,
      batch_size: inFlight,
    },
  };
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
