import { openConfig } from '../src/config/loadConfig.ts';
import { resolveSuite } from '../src/config/resolveSuite.ts';
import { ConfigError } from '../src/core/errors.ts';
import type { RunPlan, SuiteInput } from '../src/core/flow/plans.ts';
import type { RunRequest, SuiteRequest } from '../src/core/run.ts';
import type { SuitePlanned } from './activities.ts';
import { cancelSignal, withinTries } from './activityContext.ts';
import { createPlaceDataset } from './placeDataset.ts';
import { planRun, type Planning } from './planRun.ts';
import { joinPlace } from '../src/storage/index.ts';
import type { Ports } from './ports.ts';
import { createSettleProvider } from './settleProvider.ts';
import { suiteIdentity } from './suiteIdentity.ts';

/** Some minutes, with the waiting between them. */
const tries = 10;

type SuitePlanning = Omit<Planning, 'request'>;

/** Resolves the config, checks everything that can be checked without a model, and writes each run's record. */
export function planSuite({
  ports,
  builds,
  datasets,
}: SuitePlanning): (input: SuiteInput) => Promise<SuitePlanned> {
  return (input) => withinTries(tries, () => plan(input));

  async function plan(input: SuiteInput): Promise<SuitePlanned> {
    const suite = await resolve(input);
    const signal = cancelSignal();
    const settle = createSettleProvider(ports);
    const place = createPlaceDataset();
    const runs: RunPlan[] = [];
    let replays = false;
    const notices = new Set(suite.notices);
    for (const request of suite.runs) {
      signal.throwIfAborted();
      const named = input.fresh === true ? await firstFreeName(ports, request) : request;
      const { request: settled, notice } = await settle(named);
      const placed = await place(settled);
      for (const line of [notice, placed.notice]) if (line !== null) notices.add(line);
      const planned = await planRun({ ports, builds, datasets, request: placed.request });
      runs.push(planned.plan);
      replays ||= planned.replays;
      for (const line of planned.notices) notices.add(line);
    }
    refuseIdleReplay(suite, replays);
    return { suite: suite.name, runs, notices: [...notices], identity: suiteIdentity(suite) };
  }
}

/** Whoever asks to replay does not want to pay for everything again because of a slip. */
function refuseIdleReplay({ runs }: SuiteRequest, replays: boolean): void {
  const [folder] = runs.flatMap(({ replay = [] }) => replay);
  if (folder === undefined || replays) return;
  throw new ConfigError(
    `--replay: expected a run that asked the same model (provider, model_name, api, weights), found none in ${folder} …\n` +
      'Nothing was asked. Name another run, or leave --replay out.',
  );
}

async function resolve(input: SuiteInput): Promise<SuiteRequest> {
  if (input.suite !== undefined) return input.suite;
  const { configPath: path, config: document } = input;
  if ((path === undefined) === (document === undefined)) {
    throw new ConfigError(
      'benchSuite expects {"configPath": "/path/config.yaml"} or {"config": {…}}, one of the two.',
    );
  }
  return resolveSuite(await openConfig({ path, document }));
}

/** `--new`: the run's name with the first number that has no folder yet. */
async function firstFreeName(ports: Ports, request: RunRequest): Promise<RunRequest> {
  for (let number = 2; ; number += 1) {
    const name = `${request.name}-${number}`;
    const record = await ports.openStore(joinPlace(request.outputFolder, name)).get('run.json');
    if (record === null) return { ...request, name };
  }
}
