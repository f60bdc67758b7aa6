import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { z } from 'zod';
import { findForgery } from '../../src/core/integrity.ts';
import { judgeReport } from '../../src/core/verdicts.ts';
import { renderPlainTable } from '../../src/report/plainTable.ts';
import { loadPythonParser } from '../../src/python/pythonParser.ts';
import { createBubblewrapSandbox } from '../../src/sandbox/index.ts';
import { environmentOf } from '../sandbox/support/candidates.ts';
import { honestClasses } from './classControls.ts';
import { honestCandidates } from './controls.ts';
import { forgedRepositories, readForgeries, readReferences, type Subject } from './corpus.ts';
import { askNaiveJudges, naiveJudges } from './naiveJudges.ts';

const judges = [...naiveJudges, 'private pipe', 'ours'] as const;
type Verdicts = Record<(typeof judges)[number], boolean> & { readonly why: string };

const { values } = parseArgs({
  options: {
    controls: { type: 'string', default: '300' },
    classes: { type: 'string', default: '60' },
    dataset: { type: 'string' },
    only: { type: 'string', multiple: true },
    lane: { type: 'string', default: 'strict' },
    repository: { type: 'string', multiple: true, default: [...forgedRepositories] },
  },
});
const parser = await loadPythonParser();
const environments = await Promise.all(values.repository.map(environmentOf));
const sandbox = createBubblewrapSandbox({ slots: 2 });
const limit = pLimit(2);
const lane = z.enum(['strict', 'pre', 'full', 'auto']).parse(values.lane);

async function ask(subject: Subject): Promise<Verdicts> {
  const { integrity: _, ...plain } = subject.request;
  const naive = await askNaiveJudges(subject);
  const piped = await sandbox.run(plain, AbortSignal.timeout(120_000));
  return {
    ...naive,
    'private pipe': judgeReport(piped, subject.expected).kind === 'passed',
    ...(await ours(subject)),
  };
}

async function ours({ request, expected }: Subject): Promise<{ ours: boolean; why: string }> {
  const report = await sandbox.run({ ...request, lane }, AbortSignal.timeout(300_000));
  const verdict = judgeReport(report, expected);
  const reasons = report.integrity ? findForgery(report.integrity) : [];
  const why = verdict.kind === 'suspected_forgery' ? shortened(reasons) : verdict.kind;
  return { ours: verdict.kind === 'passed', why };
}

/** One word per group of reasons: `changed:unittest.case.TestCase.assertEqual` and its like are one. */
function shortened(reasons: readonly string[]): string {
  return [...new Set(reasons.map((reason) => reason.replace(/^(changed|canary_passed):.*/, '$1')))].join(' ');
}

const isWanted = ({ name }: Subject): boolean =>
  values.only === undefined || values.only.some((start) => name.startsWith(start));
const subjects = environments
  .flatMap((environment) => [...readForgeries(parser, environment), ...readReferences(parser, environment)])
  .filter(isWanted);
const verdicts = await Promise.all(subjects.map((subject) => limit(() => ask(subject))));
const isForged = ({ name }: Subject): boolean => !name.endsWith('/reference');

console.log(
  renderPlainTable(
    [
      { title: 'candidate', align: 'left' },
      ...[...judges, 'why'].map((title) => ({ title, align: 'left' as const })),
    ],
    subjects.map(({ name }, place) => [
      name,
      ...judges.map((judge) => (verdicts[place]?.[judge] ? 'accepts' : '-')),
      verdicts[place]?.why ?? '',
    ]),
  ),
);
if (subjects.length > 0) printCounts();

function printCounts(): void {
  const forged = subjects.flatMap((subject, place) => (isForged(subject) ? [verdicts[place]] : []));
  console.log(`\nForged passes accepted, of ${forged.length}:`);
  for (const judge of judges) console.log(`  ${judge}: ${forged.filter((one) => one?.[judge]).length}`);
  console.log(
    `  (fooled nobody: ${forged.filter((one) => one && judges.every((judge) => !one[judge])).length})`,
  );
}

if (Number(values.controls) + Number(values.classes) > 0) {
  const environment = await environmentOf(values.dataset ? (values.repository[0] ?? 'django') : 'django');
  const wanted = { parser, environment, dataset: values.dataset };
  const honest = [
    ...(await honestCandidates({ ...wanted, count: Number(values.controls) })),
    ...(await honestClasses({ ...wanted, count: Number(values.classes) })),
  ];
  const refused: string[] = [];
  let unchecked = 0;
  let suspicious = 0;
  let done = 0;
  await Promise.all(
    honest.map((subject) =>
      limit(async () => {
        const report = await sandbox.run({ ...subject.request, lane }, AbortSignal.timeout(600_000));
        const verdict = judgeReport(report, subject.expected).kind;
        done += 1;
        if (done % 20 === 0) console.error(`${done} of ${honest.length} controls, ${refused.length} refused`);
        if (report.flags.includes('not_sabotage_checkable')) unchecked += 1;
        if (report.flags.some((flag) => flag.startsWith('suspicious_'))) suspicious += 1;
        if (verdict !== 'passed') {
          const { integrity, ended } = report;
          refused.push(
            `${subject.name}: ${verdict} ${ended} ${integrity ? findForgery(integrity).join(' ') : ''}`,
          );
        }
      }),
    ),
  );
  console.log(`\nHonest candidates refused, of ${honest.length}: ${refused.length}`);
  for (const line of refused) console.log(`  ${line}`);
  console.log(`  not sabotage-checkable: ${unchecked}; suspicious: ${suspicious}`);
}
await sandbox.close();
