/**
 * The same candidates graded several times with all cores busy: each must get one verdict, and one status of each test.
 * `npm run stability -- [--candidates 60] [--repeats 3] [--part 1/1] [--dataset NAME] [--lane NAME] [--provider NAME]`
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { gradeTests, type Grading } from '../../activities/gradeCandidate.ts';
import { configOfFlags } from '../../src/cli/configOfFlags.ts';
import { datasetPath } from '../../src/config/configPaths.ts';
import { gradingOf } from '../../src/config/grading.ts';
import { digestOf } from '../../src/core/digest.ts';
import { settleGrading } from '../../src/core/gradingPolicy.ts';
import { expectedStatuses } from '../../src/core/rowHelpers.ts';
import type { TestReport } from '../../src/core/testReport.ts';
import { seededOrder } from '../../src/dataset/builder/seededOrder.ts';
import { mapLimited } from '../../src/dataset/mapLimited.ts';
import { readDataset } from '../../src/dataset/readDataset.ts';
import type { ResultStore } from '../../src/ports/resultStore.ts';
import { loadPythonParser } from '../../src/python/pythonParser.ts';
import { renderPlainTable } from '../../src/report/plainTable.ts';
import { composePorts } from '../../src/temporal/composePorts.ts';
import { chooseCandidates, kinds, type Candidate } from './candidates.ts';

const { values: flags } = parseArgs({
  options: {
    candidates: { type: 'string', default: '60' },
    repeats: { type: 'string', default: '3' },
    part: { type: 'string', default: '1/1' },
    dataset: { type: 'string' },
    lane: { type: 'string' },
    provider: { type: 'string' },
  },
});

await main();

async function main(): Promise<void> {
  const config = configOfFlags([
    { key: 'data.path', value: flags.dataset, flag: '--dataset' },
    { key: 'grading.lane', value: flags.lane, flag: '--lane' },
    { key: 'inference.sandbox_provider', value: flags.provider, flag: '--provider' },
  ]);
  const dataset = await readDataset(datasetPath(config).path);
  const all = chooseCandidates(await loadPythonParser(), dataset.rows, Number(flags.candidates));
  const [part = 1, parts = 1] = flags.part.split('/').map(Number);
  const chosen = all.filter((_, at) => at % parts === part - 1);
  const ports = await composePorts();
  try {
    const asked = gradingOf(config);
    const provider = asked.provider === 'local' ? await ports.chooseLocalProvider() : asked.provider;
    const grading = settleGrading(asked, provider);
    const environment = await ports.openEnvironment(
      dataset.rows[0]?.triathlon?.environment ?? config.values.repository,
    );
    const run = {
      folder: '',
      store: forgetfulStore(),
      environment,
      record: { environment, request: { grading } },
    };
    const sandbox = ports.sandboxFor({ grading });
    await sandbox.check();
    report(chosen, await gradeAll(chosen, { run, sandbox }));
  } finally {
    await ports.close();
  }
}

/** Keeps nothing, so that every grading really runs. */
function forgetfulStore(): ResultStore {
  return {
    get: () => Promise.resolve(null),
    putOnce: () => Promise.resolve(true),
    list: () => Promise.resolve([]),
    replace: () => Promise.resolve(),
    claim: () => Promise.resolve({ heldBefore: false, release: () => Promise.resolve() }),
  };
}

interface Seen {
  readonly id: string;
  readonly verdict: string;
  /** Verdict and the status of each test. */
  readonly statuses: string;
  /** The same with what was printed: feedback is made from it. */
  readonly texts: string;
}

type Place = Pick<Grading, 'run' | 'sandbox'>;

/** Every repeat has an order of its own, and the repeats overlap. */
async function gradeAll(chosen: readonly Candidate[], place: Place): Promise<readonly Seen[]> {
  const repeats = Array.from({ length: Number(flags.repeats) }, (_, repeat) =>
    seededOrder(chosen, ({ id }) => id, String(repeat)),
  ).flat();
  const started = performance.now();
  let done = 0;
  return mapLimited(repeats, 2 * availableParallelism(), async (candidate) => {
    const seen = await gradeOne(candidate, place);
    done += 1;
    if (done % 50 === 0 || done === repeats.length) {
      const rate = (done / (performance.now() - started)) * 1000;
      process.stderr.write(`${done}/${repeats.length}, ${rate.toFixed(1)} a second\n`);
    }
    return seen;
  });
}

async function gradeOne({ id, row, extraction }: Candidate, place: Place): Promise<Seen> {
  const shared: Grading['shared'] = (_, run) => run();
  const grading: Grading = { ...place, row, extraction, shared, signal: new AbortController().signal };
  const visible = await gradeTests(grading, 'visible');
  const goesOn = visible.verdict.kind === 'passed' && expectedStatuses(row).heldOut.size > 0;
  const graded = goesOn ? [visible, await gradeTests(grading, 'held_out')] : [visible];
  const verdict = graded.at(-1)?.verdict.kind ?? 'failed';
  const reports = graded.map(({ report }) => report);
  const statuses = reports.map(({ tests }) => columnOf(tests, 'status'));
  const messages = reports.map(({ tests, output }) => [columnOf(tests, 'message'), output]);
  return {
    id,
    verdict,
    statuses: digestOf([verdict, statuses]),
    texts: digestOf([verdict, statuses, messages]),
  };
}

function columnOf(tests: TestReport['tests'], key: 'status' | 'message'): Record<string, string> {
  return Object.fromEntries(Object.entries(tests).map(([test, result]) => [test, result[key]]));
}

function report(chosen: readonly Candidate[], seen: readonly Seen[]): void {
  const byId = Map.groupBy(seen, ({ id }) => id);
  const differing = (key: 'verdict' | 'statuses' | 'texts'): string[] =>
    [...byId].filter(([, all]) => new Set(all.map((one) => one[key])).size > 1).map(([id]) => id);
  const verdicts = [...new Set(seen.map(({ verdict }) => verdict))].sort();
  const rows = kinds.map((kind) => {
    const ids = chosen.filter((candidate) => candidate.kind === kind).map(({ id }) => id);
    const of = ids.flatMap((id) => byId.get(id) ?? []);
    return [
      kind,
      String(ids.length),
      ...verdicts.map((verdict) => String(of.filter((one) => one.verdict === verdict).length)),
    ];
  });
  const right = (title: string) => ({ title: title.replaceAll('_', ' '), align: 'right' as const });
  const columns = [{ title: 'candidates', align: 'left' as const }, right('n'), ...verdicts.map(right)];
  const differences = {
    verdicts: differing('verdict'),
    statuses: differing('statuses'),
    texts: differing('texts'),
  };
  process.stdout.write(renderPlainTable(columns, rows));
  process.stdout.write(`${seen.length} verdicts of ${byId.size} candidates, ${flags.repeats} times each.\n`);
  for (const [what, ids] of Object.entries(differences)) {
    process.stdout.write(`differences in ${what}: ${ids.length}${ids.map((id) => `\n  ${id}`).join('')}\n`);
  }
  if (differences.statuses.length > 0) process.exitCode = 1;
}
