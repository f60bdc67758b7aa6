import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { readFileSync } from 'node:fs';
import { buildEnvironment } from '../../../src/environments/index.ts';
import type { SandboxRequest } from '../../../src/ports/sandbox.ts';
import type { TestReport } from '../../../src/core/testReport.ts';
import { createBubblewrapSandbox } from '../../../src/sandbox/index.ts';
import { localRepository, pytestRequirements } from '../../environments/localRepository.ts';
import { djangoEnvironment, limits } from '../support/candidates.ts';

const local = 'def double(number):\n    return number + number\n';
const cases = `
import unittest
from local import double

class One(unittest.TestCase):
    def test_a(self): self.assertEqual(double(1), 2)
    def test_b(self): self.assertEqual(double(2), 5)

class Two(unittest.TestCase):
    def test_c(self): self.assertEqual(double(3), 6)
    def test_d(self): raise KeyError(double)
`;
const functions = `
from local import double

def test_a(): assert double(1) == 2
def test_b(): assert double(2) == 5
def test_c(): assert double(3) == 6
`;

describe('a process that is booted for more tests than are run', () => {
  const sandbox = createBubblewrapSandbox({ slots: 1 });
  after(() => sandbox.close());

  const run = (request: Omit<SandboxRequest, 'limits'>): Promise<TestReport> =>
    sandbox.run({ ...request, limits }, AbortSignal.timeout(110_000));
  const statuses = ({ tests }: TestReport): [string, string][] =>
    Object.entries(tests).map(([id, { status }]) => [id, status]);

  /** Some of the tests, in another order, and one alone: by one process that all of them have booted. */
  async function checkSome(request: Omit<SandboxRequest, 'limits' | 'tests'>, tests: readonly string[]) {
    const booting = await run({ ...request, tests, bootTests: tests, lane: 'full' });
    assert.equal(booting.lane, 'full', booting.flags.join());
    for (const some of [[...tests].reverse().slice(0, -1), tests.slice(0, 1), tests]) {
      const full = await run({ ...request, tests: some, bootTests: tests, lane: 'full' });
      const strict = await run({ ...request, tests: some, lane: 'strict' });
      assert.equal(full.lane, 'full', full.flags.join());
      assert.deepEqual(statuses(full), statuses(strict));
      assert.deepEqual(Object.keys(full.tests).sort(), [...some].sort());
    }
  }

  it('runs what is asked for under unittest', async () => {
    using repository = await localRepository({
      'local/__init__.py': local,
      'tests/__init__.py': '',
      'tests/test_it.py': cases,
    });
    const environment = await buildEnvironment({ repository: repository.spec });
    const ids = ['One.test_a', 'Two.test_c', 'One.test_b', 'Two.test_d'].map((id) => `tests.test_it.${id}`);
    const filePath = 'local/__init__.py';
    await checkSome({ environment, filePath, fileContent: local, qualifiedName: 'double' }, ids);
  });

  it('under pytest', async () => {
    using repository = await localRepository(
      { 'local/__init__.py': local, 'tests/test_it.py': functions },
      { adapter: { name: 'pytest' }, requirements: pytestRequirements },
    );
    const environment = await buildEnvironment({ repository: repository.spec });
    const ids = ['a', 'b', 'c'].map((name) => `tests/test_it.py::test_${name}`);
    const filePath = 'local/__init__.py';
    await checkSome({ environment, filePath, fileContent: local, qualifiedName: 'double' }, ids);
  });

  it("under Django's runner, where some need a database", async () => {
    const environment = await djangoEnvironment();
    const filePath = 'django/utils/text.py';
    const fileContent = readFileSync(`${environment.sourceRoot}/${filePath}`, 'utf8');
    const ids = [
      'utils_tests.test_text.TestUtilsText.test_phone2numeric',
      'basic.tests.ModelTest.test_objects_attribute_is_only_available_on_the_class_itself',
      'utils_tests.test_text.TestUtilsText.test_slugify',
    ];
    await checkSome({ environment, filePath, fileContent, qualifiedName: 'phone2numeric' }, ids);
  });
});
