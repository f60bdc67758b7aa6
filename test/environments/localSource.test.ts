import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ConfigError } from '../../src/core/errors.ts';
import { sha256OfFile } from '../../src/environments/fileDigests.ts';
import {
  buildEnvironment,
  pinRequirements,
  readRepositorySpec,
  tryTests,
} from '../../src/environments/index.ts';
import { runTests } from '../../src/sandbox/index.ts';
import { findPython } from '../../src/environments/findPython.ts';
import { placeSource } from '../../src/environments/placeSource.ts';
import { localRepository, type LocalRepository } from './localRepository.ts';

const test = 'tests.test_one.One.test_one';
const testFile = (line: string): string =>
  `import unittest\nclass One(unittest.TestCase):\n    def test_one(self):\n        ${line}\n`;
const files = { 'local/__init__.py': '', 'tests/__init__.py': '', 'tests/test_one.py': testFile('pass') };

function change(repository: LocalRepository, edit: (text: string) => string): void {
  writeFileSync(repository.spec, edit(readFileSync(repository.spec, 'utf8')));
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => assert.fail('expected an error'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ConfigError, String(error));
  assert.ok(error.message.split('\n').length <= 3, error.message);
  return error.message;
}

describe('a repository in a local folder', () => {
  it('is copied without its history and what is left out, and refused when it has changed', async () => {
    using repository = await localRepository(files);
    for (const name of ['.git', 'docs']) {
      mkdirSync(join(repository.folder, name));
      writeFileSync(join(repository.folder, name, 'index'), '');
    }
    change(repository, (text) => text.replace('source:\n', 'source:\n  leave_out: [docs/]\n'));
    const into = join(repository.home, 'copy');
    const say = (): void => undefined;
    const spec = await readRepositorySpec(repository.spec);
    const python = await findPython(spec.python.prefer, say);
    await placeSource({ spec, python, into, say });
    assert.ok(existsSync(join(into, 'local', '__init__.py')));
    assert.ok(!existsSync(join(into, '.git')) && !existsSync(join(into, 'docs')));
    change(repository, (text) => text.replace(/sha256: \w+/, `sha256: '${'0'.repeat(64)}'`));
    const message = await messageOf(buildEnvironment({ repository: repository.spec }));
    assert.match(message, /with SHA-256 0{64}, found [0-9a-f]{64}\.\nIf it is as you want it/);
    change(repository, (text) => text.replace('path: repository', 'path: gone'));
    assert.match(await messageOf(buildEnvironment({ repository: repository.spec })), /no folder and no file/);
  });

  it('may be an archive; where no test passes, or there is none, or one needs the network, that is said', async () => {
    const network = testFile("__import__('socket').create_connection(('example.org', 80))");
    using repository = await localRepository({
      ...files,
      'tests/test_network.py': network.replace('One', 'Two'),
      'bad/__init__.py': '',
      'bad/test_bad.py': testFile("raise ValueError('nothing works')"),
      'empty/__init__.py': '',
    });
    execFileSync('tar', ['czf', 'local.tar.gz', 'repository'], { cwd: repository.home });
    const sha256 = await sha256OfFile(join(repository.home, 'local.tar.gz'));
    change(repository, (text) =>
      text.replace('path: repository', 'path: local.tar.gz').replace(/sha256: \w+/, `sha256: '${sha256}'`),
    );
    const environment = await buildEnvironment({ repository: repository.spec });
    assert.match(await tryTests(environment, ['tests']), /2 tests.* 1 pass, 1 need the network/);
    assert.match(
      await messageOf(tryTests(environment, ['empty'])),
      /Expected tests under empty .*, found none/,
    );
    assert.match(await messageOf(tryTests(environment, ['bad'])), /none of 1 .*\n.*nothing works/);
  });
});

describe('a repository that must be built', () => {
  const project = {
    ...files,
    'pyproject.toml':
      '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n' +
      '[project]\nname = "local"\nversion = "1.5"\ndescription = "x"\n[project.entry-points.local]\none = "local:one"\n',
    'tests/test_one.py': testFile(
      "from importlib import metadata as m; self.assertEqual((m.version('local'), [e.name for e in m.entry_points(group='local')]), ('1.5', ['one']))",
    ),
  };

  it('knows its own metadata, with pins that were resolved from the list', async () => {
    using repository = await localRepository(project, {
      build: { pin: ['flit_core<4'], requirements: 'build.txt' },
      python: { prefer: ['3.11', '3.12', '3.10', '3.13'] },
    });
    assert.match(await messageOf(readRepositorySpec(repository.spec)), /build\.requirements names/);
    await pinRequirements(repository.spec, () => undefined);
    assert.match(
      readFileSync(join(repository.home, 'build.txt'), 'utf8'),
      /^flit-core==3\.\S+ \\\n +--hash=/,
    );
    const environment = await buildEnvironment({ repository: repository.spec });
    const report = await runTests({ environment, tests: [test] });
    assert.equal(report.tests[test]?.status, 'passed', JSON.stringify(report));
    const packages = join(
      environment.root,
      'venv',
      'lib',
      environment.python.split('/').at(-1) ?? '',
      'site-packages',
    );
    assert.ok(!existsSync(join(packages, 'local')) && !existsSync(join(packages, 'flit_core')));
  });
});

describe('requirements', () => {
  const failing: readonly [title: string, line: string, message: RegExp][] = [
    [
      'without a wheel',
      `docopt==0.6.2 --hash=sha256:${'0'.repeat(64)}`,
      /Expected a wheel of docopt==0\.6\.2 for Python 3\.\d+ .*found none\.\nPut a Python/,
    ],
    [
      'without hashes',
      'iniconfig==2.0.0',
      /found iniconfig==2\.0\.0 without\.\nPin it: bench env build .* --pin/,
    ],
  ];
  for (const [title, line, message] of failing) {
    it(`${title} are named`, async () => {
      using repository = await localRepository(files, { requirements: 'lines.txt' });
      writeFileSync(join(repository.home, 'lines.txt'), `${line}\n`);
      assert.match(await messageOf(buildEnvironment({ repository: repository.spec })), message);
    });
  }

  it('of a release that the index has with another SHA-256 name that one', async () => {
    using repository = await localRepository(files, {
      source: { package: 'iniconfig', version: '2.0.0', sha256: '0'.repeat(64) },
    });
    const message = await messageOf(buildEnvironment({ repository: repository.spec }));
    assert.match(message, /the index has one with [0-9a-f]{64}\.\nIf that is the file you mean/);
  });
});
