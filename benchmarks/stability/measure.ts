/** The same candidates graded several times with all cores busy: each must get one verdict, and one status of each test. */
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
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const help = `Grades the same candidates several times with all cores busy, in other orders each time. Each must get one verdict.

  npm run stability -- [options]

  --candidates N   how many: references, stubs, bugs and mutants of the dataset's rows in turn (60)
  --repeats N      how often each is graded (3)
  --part K/N       only every Nth candidate, from the Kth on (1/1)
  --dataset FILE   another dataset (data.path)
  --lane NAME      strict, pre, full or auto (grading.lane)
  --provider NAME  local, bubblewrap, docker or restapi (inference.sandbox_provider)

Nothing is kept: a part that was interrupted is run again. A long measurement is made of parts, in any order and on any
machine; the numbers of their last lines (part K/N: …) are added up:

  for k in 1 2 3 4; do npm run -s stability -- --candidates 1000 --repeats 10 --part $k/4 | tee part-$k.txt; done
  grep -h ^part part-*.txt

Exit code 1: a candidate had more than one verdict or status.
`;

if (flags.help) process.stdout.write(help);
else await main();

/** The part's number and how many there are. */
function readPart(): readonly [number, number] {
  const [, part, parts] = /^(\d+)\/(\d+)$/.exec(flags.part)?.map(Number) ?? [];
  if (part === undefined || parts === undefined || part < 1 || part > parts) {
    throw new Error(`--part: expected K/N with K from 1 to N, such as 2/4, found ${flags.part}.`);
  }
  return [part, parts];
}

async function main(): Promise<void> {
  const [part, parts] = readPart();
  const config = configOfFlags([
    { key: 'data.path', value: flags.dataset, flag: '--dataset' },
    { key: 'grading.lane', value: flags.lane, flag: '--lane' },
    { key: 'inference.sandbox_provider', value: flags.provider, flag: '--provider' },
  ]);
  const dataset = await readDataset(datasetPath(config).path);
  const all = chooseCandidates(await loadPythonParser(), dataset.rows, Number(flags.candidates));
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
      openEnvironment: () => Promise.resolve(environment),
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
  const { verdicts: ofVerdicts, statuses, texts } = differences;
  process.stdout.write(
    `part ${flags.part}: candidates=${byId.size} verdicts=${seen.length} differing_verdicts=${ofVerdicts.length} differing_statuses=${statuses.length} differing_texts=${texts.length}\n`,
  );
  if (statuses.length > 0) process.exitCode = 1;
}
