import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreparedEnvironment, SandboxRequest } from '../../src/ports/sandbox.ts';
import type { PythonParser } from '../../src/python/pythonTypes.ts';
import { builderLimits, listTests } from '../../src/sandbox/index.ts';

/** What is graded again and again: the repository's own method under some of its tests. */
export interface Subject {
  readonly name: string;
  readonly checked: SandboxRequest;
  readonly unchecked: SandboxRequest;
}

interface Target {
  readonly filePath: string;
  readonly qualifiedName: string;
}

const text: Target = { filePath: 'django/utils/text.py', qualifiedName: 'phone2numeric' };
const models: Target = { filePath: 'django/forms/models.py', qualifiedName: 'model_to_dict' };

/** One test without a database, one with, and a module of 175. */
export async function loadSubjects(
  environment: PreparedEnvironment,
  parser: PythonParser,
): Promise<readonly Subject[]> {
  const subject = async (name: string, target: Target, tests: readonly string[]): Promise<Subject> => {
    const source = await readFile(join(environment.sourceRoot, target.filePath), 'utf8');
    const found = parser.parse(source).definitions.find((one) => one.qualifiedName === target.qualifiedName);
    if (!found) throw new Error(`Expected ${target.qualifiedName} in ${target.filePath}, found none.`);
    const code = source
      .split('\n')
      .slice(found.definitionLine, found.endLine + 1)
      .join('\n');
    const method = { line: found.definitionLine + 1, code };
    const unchecked = { environment, ...target, fileContent: source, tests, limits: builderLimits };
    const integrity = { candidate: method, reference: method, suspicions: [] };
    return { name, unchecked, checked: { ...unchecked, integrity } };
  };
  const all = await listTests({ environment, labels: ['model_forms'] });
  return [
    await subject('one test', text, ['utils_tests.test_text.TestUtilsText.test_phone2numeric']),
    await subject('one with a database', models, ['model_forms.tests.ModelToDictTests.test_many_to_many']),
    await subject('175 tests', models, all.slice(0, 175)),
  ];
}
