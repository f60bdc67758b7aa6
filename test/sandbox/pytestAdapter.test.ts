import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { buildEnvironment, resourcesFolder } from '../../src/environments/index.ts';
import type { PreparedEnvironment } from '../../src/ports/sandbox.ts';
import { listTests, recordCoverage, runTests } from '../../src/sandbox/index.ts';
import {
  localRepository,
  pytestRequirements,
  type LocalRepository,
} from '../environments/localRepository.ts';

const tests = `
import sys
import pytest
from local import double

@pytest.fixture(scope="module")
def shared():
    return []

@pytest.fixture
def broken():
    raise ValueError("fixture")

@pytest.fixture
def broken_after():
    yield
    raise ValueError("after")

def test_passes(): assert double(2) == 4
def test_fails(): assert double(2) == 5
def test_raises(): raise KeyError("x")
def test_set_up(broken): pass
def test_tear_down(broken_after): pass
def test_skips(): pytest.skip("why")
def test_exits(): sys.exit(0)
@pytest.mark.skip(reason="never")
def test_marked(): pass
@pytest.mark.xfail
def test_expected(): assert False
@pytest.mark.xfail
def test_unexpected(): pass
@pytest.mark.xfail(strict=True)
def test_unexpected_strict(): pass
@pytest.mark.parametrize("text", ["1.5", "a::b", "a[b]", "with space", "é"])
def test_parameter(text): assert text
@pytest.mark.parametrize("number", [1, 2])
def test_number(number): assert number == 1
def test_shared_first(shared): shared.append(1)
def test_shared_second(shared): assert shared == [1]
def test_prints(capfd):
    print("said")
    assert capfd.readouterr().out == "said\\n"
@pytest.fixture(scope="class")
def prepared(request): request.cls.ready = True
@pytest.mark.usefixtures("prepared")
class TestClass:
    def test_method(self): assert self.ready
class TestBroken:
    @classmethod
    def setup_class(cls): raise ValueError("class")
    def test_method(self): pass
`;
const expected: Record<string, string> = {
  test_passes: 'passed',
  test_fails: 'failed',
  test_raises: 'failed',
  test_set_up: 'error',
  test_tear_down: 'error',
  test_skips: 'skipped',
  test_exits: 'failed',
  test_marked: 'skipped',
  test_expected: 'expected_failure',
  test_unexpected: 'unexpected_success',
  test_unexpected_strict: 'unexpected_success',
  'test_parameter[1.5]': 'passed',
  'test_parameter[a::b]': 'passed',
  'test_parameter[a[b]]': 'passed',
  'test_parameter[with space]': 'passed',
  'test_parameter[\\xe9]': 'passed',
  'test_number[1]': 'passed',
  'test_number[2]': 'failed',
  test_shared_first: 'passed',
  test_shared_second: 'passed',
  test_prints: 'passed',
  'TestClass::test_method': 'passed',
  'TestBroken::test_method': 'error',
};
const files = {
  'src/local/__init__.py': 'def double(number):\n    result = number + number\n    return result\n',
  'pytest.ini': '[pytest]\naddopts = --cov=local -n 4\nfilterwarnings = error\nno_such_key = 1\n',
  'tests/test_all.py': tests,
  'tests/test_broken.py': 'import nothing_of_this_name\ndef test_one(): pass\n',
  'tests/test_skipped.py':
    'import pytest\npytest.importorskip("nothing_of_this_name")\ndef test_one(): pass\n',
};
const id = (name: string): string => `tests/test_all.py::${name}`;

/** The oldest that is shipped with, and the newest that `--pin` finds. */
const versions = [
  ['8', pytestRequirements],
  ['9', join(import.meta.dirname, '..', 'environments', 'pytest9.requirements.txt')],
] as const;

for (const [version, requirements] of versions)
  describe(`pytest's adapter with pytest ${version}`, () => {
    let repository: LocalRepository;
    let environment: PreparedEnvironment;
    before(async () => {
      repository = await localRepository(files, {
        adapter: { name: 'pytest' },
        import_paths: ['src'],
        targets: ['src/local'],
        requirements,
      });
      environment = await buildEnvironment({ repository: repository.spec });
    });
    after(() => repository[Symbol.dispose]());

    it('reports every kind of status once per test, whatever the configuration asks for', async () => {
      const report = await runTests({ environment, tests: Object.keys(expected).map(id) });
      const found = Object.entries(report.tests).map(([name, { status }]) => [
        name.slice(id('').length),
        status,
      ]);
      assert.deepEqual(Object.fromEntries(found), expected, report.output);
      assert.match(report.tests[id('test_fails')]?.message ?? '', /assert 4 == 5/);
      assert.match(report.tests[id('test_set_up')]?.message ?? '', /ValueError: fixture/);
    });

    it('runs exactly the tests that it is given; those that cannot be collected fail or are skipped', async () => {
      const asked = [
        id('test_shared_second'),
        id('test_gone'),
        'tests/test_broken.py::test_one',
        'tests/test_skipped.py::test_one',
        'tests/test_gone.py::test_one',
        id('test_passes'),
      ];
      const report = await runTests({ environment, tests: asked });
      assert.deepEqual(
        asked.map((test) => report.tests[test]?.status),
        ['failed', 'error', 'error', 'skipped', 'error', 'passed'],
      );
      assert.equal(Object.keys(report.tests).length, asked.length);
      assert.match(report.tests[asked[2] ?? '']?.message ?? '', /nothing_of_this_name/);
    });

    it('lists the tests of a label, and knows which lines each reaches', async () => {
      const listed = await listTests({ environment, labels: ['tests'] });
      assert.deepEqual([...listed].sort(), Object.keys(expected).map(id).sort());
      const one = id('test_number[2]');
      assert.deepEqual(await listTests({ environment, labels: [one] }), [one]);
      await assert.rejects(listTests({ environment, labels: ['tests/gone.py'] }), /gone\.py/);
      const coverage = await recordCoverage({ environment, labels: ['tests/test_all.py'] });
      const reaching = (coverage.files['src/local/__init__.py'] ?? []).map(
        ([context = -1, ...lines]) => [coverage.contexts[context]?.id, lines] as const,
      );
      assert.deepEqual(reaching, [
        [id('test_passes'), [2, 3]],
        [id('test_fails'), [2, 3]],
      ]);
    });

    it('stays right in forks of a process that has collected', () => {
      const runner = join(resourcesFolder(), 'runner');
      const job = {
        ...{ kind: 'run', nonce: '1', adapter: 'pytest', adapterOptions: {}, checkModule: 'local' },
        tests: ['test_fails', 'test_prints', 'test_shared_first', 'test_shared_second'].map(id),
        ...{ sourceRoot: environment.sourceRoot, importPaths: ['src'] },
        sitePackages: [
          join(environment.root, 'venv', 'lib', environment.python.split('/').at(-1) ?? '', 'site-packages'),
        ],
      };
      const output = execFileSync(environment.python, ['-s', '-S', '-c', forks, runner, JSON.stringify(job)]);
      const frames = output.toString().trim().split('\n');
      assert.equal(frames.length, 2);
      for (const frame of frames) {
        assert.match(frame, /assert 4 == 5/);
        assert.deepEqual(
          [...frame.matchAll(/"status": "(\w+)"/g)].map(([, status]) => status),
          ['failed', 'passed', 'passed', 'passed'],
        );
      }
    });
  });

const forks = `
import json, os, sys
sys.path[0] = sys.argv[1]
import candidate, item
job = json.loads(sys.argv[2])
booted = candidate.boot(job)
children = []
for _ in range(2):
    read, write = os.pipe()
    if os.fork() == 0:
        candidate.finish(booted, job, item.Ends(write, None, None))
    os.close(write)
    children.append(read)
for read in children:
    with os.fdopen(read) as frame:
        print(frame.read().strip())
for _ in children:
    os.wait()
`;
