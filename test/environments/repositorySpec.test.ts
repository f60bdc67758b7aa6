import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { ConfigError } from '../../src/core/errors.ts';
import { environmentDigest } from '../../src/environments/environmentDigest.ts';
import { readRepositorySpec } from '../../src/environments/index.ts';
import { localRepository } from './localRepository.ts';

const files = { 'local/__init__.py': '' };

describe("a repository's description", () => {
  const wrong: readonly [title: string, change: (text: string) => string, message: RegExp][] = [
    [
      'an unknown key',
      (text) => `${text}target: [x]\n`,
      /local\.yaml:\d+: unknown key target; did you mean targets\?/,
    ],
    [
      'an unknown key below',
      (text) => text.replace('sha256:', 'sha265:'),
      /unknown key source\.sha265; did you mean source\.sha256\?/,
    ],
    [
      'a missing key',
      (text) => text.replace(/check_module: .*\n/, ''),
      /check_module must be text; found nothing/,
    ],
    [
      'a value of the wrong kind',
      (text) => text.replace(/targets:\n.*\n/, 'targets: local\n'),
      /targets must be a list of at least one path|targets must be a list of paths/,
    ],
    [
      'a path out of the tree',
      (text) => text.replace('- local', '- ../local'),
      /targets\[0\] must be a path inside the source tree/,
    ],
    [
      'two sources',
      (text) => text.replace('path: repository', 'path: repository\n  package: x\n  version: "1"'),
      /source must be a mapping with either package and version or path/,
    ],
    [
      'an unknown adapter',
      (text) => text.replace('name: unittest', 'name: pytst'),
      /adapter\.name must be one of django, pytest, sympy, unittest; found "pytst"\. Did you mean pytest\?/,
    ],
    [
      'a variable of the sandbox',
      (text) => `${text}variables: { PYTHONPATH: x }\n`,
      /variables.* must be .*the sandbox does not set itself/,
    ],
    [
      'a file that is not there',
      (text) => `${text}requirements: gone.txt\n`,
      /requirements names .*gone\.txt, which cannot be read\.\nWrite it/,
    ],
  ];
  for (const [title, change, message] of wrong) {
    it(`names ${title} in three lines at most`, async () => {
      using repository = await localRepository(files);
      writeFileSync(repository.spec, change(readFileSync(repository.spec, 'utf8')));
      await assert.rejects(readRepositorySpec(repository.spec), (error: unknown) => {
        assert.ok(error instanceof ConfigError);
        assert.match(error.message, message);
        assert.ok(error.message.split('\n').length <= 3, error.message);
        return true;
      });
    });
  }

  it('says which ones are shipped when there is none of that name', async () => {
    await assert.rejects(readRepositorySpec('djagno'), /Shipped ones: boltons, django, django-5\.2, sympy/);
  });

  it('names the same environment wherever its files are, and however its requirements came to be', async () => {
    using first = await localRepository(files, { pin: ['x'], labels: ['a'], title: 'A' });
    const one = environmentDigest(await readRepositorySpec(first.spec), '3.11');
    using second = await localRepository(files, { pin: ['y'], labels: ['b'], title: 'B' });
    assert.equal(environmentDigest(await readRepositorySpec(second.spec), '3.11'), one);
    using third = await localRepository(files, { variables: { A: 'b' } });
    assert.notEqual(environmentDigest(await readRepositorySpec(third.spec), '3.11'), one);
  });

  it('of Django 4.0.4 names the environment that the shipped rows were proved on', async () => {
    assert.equal(
      environmentDigest(await readRepositorySpec('django'), '3.11').slice(0, 23),
      'sha256:de6d1c631ab52e45',
    );
  });
});
