import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { djangoEnvironment } from './support/candidates.ts';

interface Told {
  readonly before: string;
  readonly has_gate: boolean;
  readonly honest: string;
  readonly empty: string;
  readonly raise: string;
}

describe('the gate in a function', async () => {
  const { python } = await djangoEnvironment();
  const fixtures = join(import.meta.dirname, 'fixtures');
  const runner = join(import.meta.dirname, '..', '..', 'resources', 'runner');
  const printed = execFileSync(python, ['-I', join(fixtures, 'gate_cases.py'), runner, fixtures]);
  const cases = JSON.parse(printed.toString()) as Record<string, Told>;
  for (const [name, told] of Object.entries(cases)) {
    it(`changes nothing of ${name} until it is sabotaged, and then what its caller gets`, () => {
      assert.deepEqual([told.has_gate, told.honest], [true, told.before]);
      assert.notEqual(told.empty, told.before);
      assert.match(told.raise, /^Sabotage /);
    });
  }
});
