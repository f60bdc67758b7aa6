import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeTest, nameOfTest, ownerOfTest } from '../../../src/dataset/builder/testIds.ts';

const cases = [
  ['a.tests.C.test_x', 'a.tests.C', 'test_x', 'test_x (a.tests.C)'],
  ['tests/a.py::C::test_x[1.5]', 'tests/a.py::C', 'test_x', 'test_x[1.5] (tests/a.py::C)'],
  ['tests/a.py::test_x[b::c-d.e]', 'tests/a.py', 'test_x', 'test_x[b::c-d.e] (tests/a.py)'],
  ['lonely', '', 'lonely', 'lonely ()'],
] as const;

for (const [id, owner, name, description] of cases) {
  test(`${id} has the owner "${owner}" and the name ${name}`, () => {
    assert.deepEqual([ownerOfTest(id), nameOfTest(id), describeTest(id)], [owner, name, description]);
  });
}
