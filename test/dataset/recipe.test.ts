import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  labelsPath,
  parseLabels,
  readLabelsFile,
  readRecipe,
  recipeNames,
} from '../../src/dataset/recipe.ts';
import { readRepositorySpec } from '../../src/environments/index.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'triathlon-recipe-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('Every shipped recipe is read; its repository is described and its labels are there', async () => {
  const names = await recipeNames();
  assert.ok(names.includes('django-4.0.4') && names.includes('django-4.0.4-full'), names.join());
  for (const name of names) {
    const recipe = await readRecipe(name);
    assert.equal(recipe.name, name);
    if (recipe.kind === 'pick') {
      assert.ok(names.includes(recipe.pick_from), recipe.pick_from);
      continue;
    }
    await readRepositorySpec(recipe.repository);
    const path = labelsPath(recipe);
    if (path !== null) assert.ok((await readLabelsFile(path)).length > 0, name);
  }
});

test('A recipe that is not there, or says something else, is refused with what there is', async () => {
  await assert.rejects(readRecipe('djano'), /found none\.\nShipped ones: django-4\.0\.4, /);
  const path = join(folder, 'mine.yaml');
  await writeFile(path, 'schema: 1\nversion: "1"\nrepository: django\nrow: 5\n');
  await assert.rejects(readRecipe(path), /mine\.yaml is no recipe of a dataset:[^]*"row"/);
});

test('Comments, blank lines and repeats are no labels', () => {
  assert.deepEqual(parseLabels('# all\n\n a \nb\na\n'), ['a', 'b']);
});
