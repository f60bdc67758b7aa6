import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { factsOf } from '../../src/sandbox/runner/integrityFacts.ts';
import type { SupervisorReport } from '../../src/sandbox/runner/protocol.ts';

const honest = { canaries: [], events: ['open'], first: ['first 7'], form: 'empty' as const };

function told(text: string, stopped: SupervisorReport['stopped'] = null) {
  const nothing = { exitCode: null, signal: null, frame: '', output: '', outputBytes: 0 };
  const figures = { wallSeconds: 1, cpuSeconds: 1, peakMemoryBytes: 1 };
  const report = { protocol: 2, type: 'report', told: text, stopped, ...nothing, ...figures } as const;
  const { sabotage, events } = factsOf(honest, report);
  return [sabotage.empty, events];
}

describe('what is told after the frame', () => {
  it('is that the tests did not notice, or nothing when they did', () => {
    assert.deepEqual(told('first 7\nsurvived\n'), ['survived', ['open']]);
    assert.deepEqual(told('first 7\n'), ['failed', ['open']]);
    assert.deepEqual(told('first 7\nframes\n'), ['failed', ['frames', 'open']]);
  });

  it('must begin as the honest run did, and be whole lines', () => {
    for (const text of ['', 'first 8\n', 'first 7\nfirst 7\n', 'first 7\nxxxxsurvived'])
      assert.deepEqual(told(text), ['failed', ['differs', 'open']]);
  });

  it('counts, too, where the target was called before there was a run to compare', () => {
    const report = { told: 'frames\nfirst 7\n', stopped: null } as SupervisorReport;
    const { sabotage, events } = factsOf({ ...honest, form: null }, report);
    assert.deepEqual([sabotage, events], [{}, ['frames', 'open']]);
  });

  it('says nothing when the limit of the whole attempt ended it', () => {
    assert.deepEqual(told('', 'wall'), ['unfinished', ['open']]);
    assert.deepEqual(told('first 7\n', 'late'), ['failed', ['open']]);
  });
});
