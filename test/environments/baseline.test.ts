import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { describe, it } from 'node:test';
import { readBaseline, recordBaseline } from '../../src/environments/index.ts';
import { djangoEnvironment } from '../sandbox/support/candidates.ts';

describe('a baseline', () => {
  it('is run for tests not yet known, and grows', async () => {
    const real = await djangoEnvironment();
    const root = await mkdtemp(join(tmpdir(), 'baseline-'));
    try {
      for (const name of ['venv', 'coverage']) await symlink(join(real.root, name), join(root, name));
      await cp(join(real.root, 'environment.json'), join(root, 'environment.json'));
      const environment = { ...real, root };
      const text = 'utils_tests.test_text.TestUtilsText';
      const said: string[] = [];
      const options = { onProgress: (line: string): void => void said.push(line) };
      const first = await recordBaseline(environment, [`${text}.test_slugify`, `${text}.test_gone`], options);
      assert.equal(first.get(`${text}.test_slugify`)?.status, 'passed');
      assert.equal(first.get(`${text}.test_gone`)?.status, 'error');
      assert.equal(said.length, 1);
      const again = await recordBaseline(environment, [`${text}.test_slugify`], options);
      assert.deepEqual([again.size, said.length], [1, 1]);
      await recordBaseline(environment, [`${text}.test_wrap`], options);
      assert.deepEqual([...(await readBaseline(environment)).keys()].length, 3);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
});
