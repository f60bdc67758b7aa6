import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { resolveSuite } from '../../src/config/resolveSuite.ts';
import { resourcePath } from '../../src/config/resources.ts';
import type { RunRequest } from '../../src/core/run.ts';
import { load, messageOf } from './temporaryFolder.ts';

const suiteOf = (text: string, set: readonly string[] = []) => resolveSuite(load(text, set));
const only = (runs: readonly RunRequest[]): RunRequest => {
  const [run] = runs;
  assert.ok(run !== undefined && runs.length === 1, `expected one run, found ${runs.length}`);
  return run;
};

test('every described repository can be named, or the file that describes one', () => {
  const set = ['data.path=django-4.0.4-mini'];
  for (const name of ['sympy', 'boltons', 'django-5.2']) {
    const run = only(suiteOf(`repository: ${name}\n`, set).runs);
    assert.deepEqual([run.repository, run.name.startsWith(`${name}-method_gen`)], [name, true]);
  }
  const folder = resourcePath('repositories');
  const own = only(suiteOf(`repository: ${join(folder, 'boltons.yaml')}\n`, set).runs);
  assert.deepEqual([own.repository, own.name.startsWith('boltons-')], [join(folder, 'boltons.yaml'), true]);
  assert.match(
    messageOf(() => suiteOf('repository: djano\n', set)),
    /^config\.yaml:1: repository must be one of boltons, django, .*found "djano"\. Did you mean django\?$/,
  );
});

test('a set can be named; one that has a recipe and is not built is asked for by its command', () => {
  const named = only(suiteOf('data: { path: django-4.0.4-mini }\n').runs).datasetPath;
  assert.equal(named, resourcePath('datasets', 'django-4.0.4-mini.jsonl.gz'));
  const home = process.env['BENCH_HOME'];
  process.env['BENCH_HOME'] = join(import.meta.dirname, 'no-such-home');
  try {
    assert.match(
      messageOf(() => suiteOf('data: { path: django-4.0.4-full }\n')),
      /is not built on this machine\.\nBuild it: bench dataset build django-4\.0\.4-full\.$/,
    );
    assert.match(
      messageOf(() => suiteOf('repository: boltons\n')),
      /there is no usual set for the repository boltons\.\nName a file of rows, or one of: .*django-4\.0\.4-mini/,
    );
  } finally {
    if (home === undefined) delete process.env['BENCH_HOME'];
    else process.env['BENCH_HOME'] = home;
  }
});
