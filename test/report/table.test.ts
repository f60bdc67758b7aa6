import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headlineOf, renderSuiteTable } from '../../src/report/table.ts';
import { summarizeRun } from '../../src/report/summarize.ts';
import type { RunSummary } from '../../src/report/runSummary.ts';
import type { Outcome, SampleOutcome } from '../../src/core/records.ts';
import type { RunRequest } from '../../src/core/run.ts';
import {
  itemsOf,
  outcomeOf,
  policyOf,
  putAttempt,
  putOutcomes,
  recompose,
  recordOf,
  sampleOf,
  turnOf,
  withRunFolder,
} from './syntheticRun.ts';

const passed = { kind: 'passed' } as const;
const failed = { kind: 'failed' } as const;
const single = policyOf({ maxTurns: 1 });

interface Made {
  readonly samples: readonly (readonly SampleOutcome[])[];
  readonly request?: Partial<RunRequest>;
  readonly crushed?: number;
  readonly changes?: Partial<Outcome>;
}

async function summaryOf({ samples, request, crushed = 0, changes }: Made): Promise<RunSummary> {
  let summary: RunSummary | undefined;
  await withRunFolder(async (_folder, store) => {
    await putOutcomes(
      store,
      samples.map((of, idx) => outcomeOf(idx, of, changes)),
    );
    for (let n = 0; n < crushed; n += 1)
      await putAttempt(store, { idx: samples.length + n, n: 1, error: 'SandboxError' });
    const count = samples.length + crushed;
    summary = await summarizeRun({
      store,
      record: recordOf(count, request),
      items: itemsOf(count),
      recompose,
    });
  });
  assert.ok(summary);
  return summary;
}

const once = (verdict: Parameters<typeof turnOf>[1]): SampleOutcome[] => [sampleOf([turnOf(1, verdict)])];

test('the table of one finished run, to the letter', async () => {
  const verdicts = [passed, passed, failed, { kind: 'unusable_answer', reason: 'no_code' }] as const;
  const summary = await summaryOf({ samples: verdicts.map(once), request: { policy: single } });
  assert.equal(
    renderSuiteTable([summary]),
    `task                  model       n    passed % [95 %]  visible  exact  unscored  paid twice  tokens in/out  time
───────────────────────────────────────────────────────────────────────────────────────────────────────────────────
method_gen_multiturn  tiny-coder  4  50.0 [15.0, 85.0]     50.0   50.0         0           0         400/40   10s

Verdicts
task                  model       passed  failed  unusable answer
───────────────────────────────────────────────────────────────────
method_gen_multiturn  tiny-coder       2       1    1 (1 no code)

* Memory was bounded per process of a candidate, not for all of them together (bubblewrap).
`,
  );
  assert.equal(headlineOf(summary), '2 of 4 passed, 50.0 % (95 %: 15.0 to 85.0)');
});

test('several turns have a table of their own, and runs of the same task and model are named', async () => {
  const late = [sampleOf([turnOf(1, failed), turnOf(2, passed)])];
  const summary = await summaryOf({
    samples: [late, once(passed)],
    request: { policy: policyOf({ maxTurns: 2 }) },
  });
  const again = { ...summary, run: 'generation-tiny-2', arms: ['no_history'] };
  const text = renderSuiteTable([summary, again]);
  assert.match(text, /by turn\nrun +task +model +turn 1 +≤ 2\n/);
  assert.match(text, /generation-tiny-2 .* 50\.0 \[9\.5, 90\.5\] +100\.0 \[34\.2, 100\.0\]/);
  assert.match(text, /^\* generation-tiny-2: Arm: no_history\.$/m);
});

test('a withheld score appears nowhere, its bounds and the reason do', async () => {
  const summary = await summaryOf({ samples: [once(passed), once(failed)], crushed: 2 });
  const text = renderSuiteTable([summary]);
  assert.match(text, /withheld +– +– +2 \(25\.0–75\.0\)/);
  assert.match(text, /\* No score: 2 unscored of 4 items \(50\.0 %\).* 1 of 2 passed.* 25\.0 and 75\.0 %/);
  assert.match(text, /Unscored because of: SandboxError 2\./);
  assert.doesNotMatch(text, /50\.0 \[/);
  assert.match(headlineOf(summary), /^no score: /);
});

test('several samples show pass@k, mixed kinds of items their own shares, prices a cost', async () => {
  const pair = (first: boolean, second: boolean): SampleOutcome[] =>
    [first, second].map((ok, sample) => sampleOf([turnOf(1, ok ? passed : failed)], sample));
  const request = {
    policy: policyOf({ maxTurns: 1, samples: 2 }),
    prices: { inputPerMillion: 1e4, outputPerMillion: 0 },
  };
  const summary = await summaryOf({ samples: [pair(true, false), pair(true, true)], request });
  const mixed: RunSummary = {
    ...summary,
    strata: { ...summary.strata, loadBearing: { passed: 1, of: 1, share: 1, low: 0.2, high: 1 } },
  };
  const text = renderSuiteTable([mixed]);
  assert.match(text, /pass@1 +pass@2\n/);
  assert.match(text, /75\.0 \[[\d.]+, [\d.]+\] +100\.0 \[34\.2, 100\.0\]/);
  assert.match(text, /held-out tests +load-bearing\n.*\n.* 75\.0 \(n = 2\) +100\.0 \(n = 1\)/);
  assert.match(text, /cost\n.*\n.* 4\.00\n/);
});

test('no escape, control character or line break of a model reaches the terminal', async () => {
  const name = 'evil\u001b[2J\u001b]0;title\u0007\u009b31m\u202e\nsecond line\u0000';
  const model = { ...recordOf(0).request.model, model: name };
  const summary = await summaryOf({ samples: [once(passed)], request: { model, policy: single } });
  const text = renderSuiteTable([{ ...summary, notes: [`about ${name}`] }]);
  assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
  assert.match(text, /evilsecond line|evil second line/);
});

test('no runs are said to be none', () => {
  assert.equal(renderSuiteTable([]), 'No runs.\n');
});
