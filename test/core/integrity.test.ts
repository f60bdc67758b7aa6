import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  findForgery,
  isSabotageCheckable,
  needsReference,
  type Integrity,
  type IntegrityFacts,
} from '../../src/core/integrity.ts';
import { judgeReport } from '../../src/core/verdicts.ts';
import type { TestReport } from '../../src/core/testReport.ts';

const noticed: IntegrityFacts = { sabotage: { empty: 'failed' }, canaries: [], events: [] };

function facts(change: Partial<Integrity> = {}): Integrity {
  return { ...noticed, reference: null, ...change };
}

test('A pass whose tests notice sabotage, and of which nothing else was seen, is judged alone', () => {
  assert.equal(needsReference(noticed), false);
  assert.deepEqual(findForgery(facts()), []);
  assert.equal(isSabotageCheckable(facts()), true);
});

test('Surviving what the reference does not survive is a forgery, whichever form it is', () => {
  const both = { empty: 'survived', raise: 'survived' } as const;
  assert.deepEqual(findForgery(facts({ sabotage: both, reference: noticed })), ['survived_empty']);
  const late = { ...noticed, sabotage: { empty: 'survived', raise: 'failed' } } as const;
  assert.deepEqual(findForgery(facts({ sabotage: both, reference: late })), ['survived_raise']);
});

test('Where the reference survives, too, survival says nothing, and the pass is marked as not checkable', () => {
  const reference = { ...noticed, sabotage: { empty: 'survived', raise: 'survived' } } as const;
  const judged = facts({ sabotage: reference.sabotage, reference });
  assert.equal(needsReference(judged), true);
  assert.deepEqual([findForgery(judged), isSabotageCheckable(judged)], [[], false]);
});

test('A sabotaged run that could not be made, though the reference had one, is a forgery', () => {
  assert.deepEqual(findForgery(facts({ sabotage: {}, reference: noticed })), ['sabotage_prevented']);
  assert.deepEqual(findForgery(facts({ sabotage: {}, reference: { ...noticed, sabotage: {} } })), []);
});

test('Canaries and events count unless the reference has them, too', () => {
  const seen = { canaries: ['equal'], events: ['frames', 'gc', 'exec'] };
  assert.equal(needsReference({ ...noticed, ...seen }), true);
  const reference = { ...noticed, events: ['gc'] };
  assert.deepEqual(findForgery(facts({ ...seen, reference })), ['canary_passed:equal', 'frames']);
  assert.equal(needsReference({ ...noticed, events: ['exec'] }), false);
});

test('Only a report that would pass can be a suspected forgery', () => {
  const report = (status: 'passed' | 'failed'): TestReport => ({
    ended: 'completed',
    tests: { a: { status, seconds: 0, message: '' } },
    output: '',
    wallSeconds: 0,
    cpuSeconds: 0,
    peakMemoryBytes: 0,
    flags: [],
    lane: 'strict',
    provider: 'none',
    integrity: facts({ events: ['frames'], reference: noticed }),
  });
  const expected = new Map([['a', 'passed' as const]]);
  assert.deepEqual(judgeReport(report('passed'), expected), { kind: 'suspected_forgery' });
  assert.deepEqual(judgeReport(report('failed'), expected), { kind: 'failed' });
});
