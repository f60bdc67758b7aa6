import { basename, dirname } from 'node:path';
import { gradingOf, remoteOf } from '../config/grading.ts';
import type { LoadedConfig } from '../config/loadConfig.ts';
import type { Override } from '../config/overrides.ts';
import type { GradingPolicy, RunRequest } from '../core/run.ts';
import { outcomeSchema } from '../report/recordSchemas.ts';
import { compareVerdicts, renderVerdictChanges, type RegradedItems } from '../report/verdictChanges.ts';
import { isBucketUrl } from '../storage/index.ts';
import { configOfFlags } from './configOfFlags.ts';
import { exitCodes } from './failure.ts';
import { findRunFolders, openRunFolder, readFileOf, type OpenedFolder } from './openRunFolder.ts';
import { readSummaries } from './results.ts';
import { runSuite } from './runSuite.ts';

export interface Regrading {
  readonly overrides: readonly Override[];
  readonly fresh: boolean;
  readonly json: boolean;
}

/** Runs that take all their answers from finished ones, here and now; prints what changed. */
export async function regradeRuns(paths: readonly string[], how: Regrading): Promise<void> {
  const folders = [...new Set((await Promise.all(paths.map(findRunFolders))).flat())];
  const sources = await Promise.all(folders.map(openRunFolder));
  const config = configOfFlags(how.overrides);
  const runs = sources.map((source) => requestOf(source, how.overrides));
  const [first] = runs;
  await runSuite({
    suite: { name: runs.length === 1 && first ? first.name : `${first?.name}-and-more`, runs, notices: [] },
    config,
    fresh: how.fresh,
    json: how.json,
    servers: null,
    print: (written) => printChanges(written, how.json),
  });
}

function requestOf({ folder, record }: OpenedFolder, overrides: readonly Override[]): RunRequest {
  const { request } = record;
  const config = configOfFlags([...settingsOf(request.grading), ...overrides]);
  const asked = gradingOf(config);
  const grading = { ...asked, docker: asked.docker ?? request.grading.docker };
  return {
    ...request,
    name: `${request.name}-regraded`,
    outputFolder: parentOf(folder),
    grading,
    remote: remoteIn(config, request, overrides),
    replay: undefined,
    regradeOf: folder,
  };
}

/** A run's own settings as flags would set them, so that later ones win. */
function settingsOf(grading: GradingPolicy): Override[] {
  const values = {
    'inference.sandbox_provider': grading.provider,
    'grading.lane': grading.lane,
    'grading.strict_share': grading.strictShare,
    'grading.time_limit_factor': grading.timeLimitFactor,
    'grading.time_limit_floor_seconds': grading.timeLimitFloorSeconds,
    'grading.memory': grading.memoryBytes,
    'grading.processes': grading.processes,
    'grading.file_size': grading.fileBytes,
    'grading.output_size': grading.outputBytes,
  };
  return Object.entries(values).map(([key, value]) => ({ key, value, flag: 'run.json' }));
}

function remoteIn(
  config: LoadedConfig,
  { remote }: RunRequest,
  overrides: readonly Override[],
): RunRequest['remote'] {
  const isWritten = overrides.some(({ key }) => key.startsWith('inference_pars.'));
  const asked = remoteOf(config);
  return asked === undefined || isWritten ? asked : (remote ?? asked);
}

function parentOf(folder: string): string {
  return isBucketUrl(folder) ? folder.replace(/\/[^/]+$/, '') : dirname(folder);
}

async function printChanges(folders: readonly string[], json: boolean): Promise<void> {
  const compared: RegradedItems[] = [];
  for (const folder of folders) compared.push(await readBoth(await openRunFolder(folder)));
  const changes = compared.map(compareVerdicts);
  process.stdout.write(json ? `${JSON.stringify(changes, null, 2)}\n` : renderVerdictChanges(changes));
  const summaries = await readSummaries(folders);
  const complete = summaries.every(({ items }) => items.unscored + items.pending === 0);
  process.exitCode = complete ? exitCodes.done : exitCodes.unfinished;
}

/** What the run said and what it says now, item by item. */
async function readBoth({ folder, store, record }: OpenedFolder): Promise<RegradedItems> {
  const { regradeOf = folder, policy } = record.request;
  const source = await openRunFolder(regradeOf);
  const items = [];
  for (const key of await store.list('outcomes')) {
    const before = await readFileOf(source.store, { folder: regradeOf, key, schema: outcomeSchema });
    const after = await readFileOf(store, { folder, key, schema: outcomeSchema });
    items.push({ item: after.item, before: before.samples, after: after.samples });
  }
  return { run: record.request.name, regradeOf: basename(regradeOf), maxTurns: policy.maxTurns, items };
}
