import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import type { PreparedEnvironment, SandboxLimits, SandboxRequest } from '../../ports/sandbox.ts';

/** The file that the suite's candidates are placed in, and the test that they are run with: Django's. */
export const target = 'django/utils/text.py';
export const test = 'utils_tests.test_text.TestUtilsText.test_phone2numeric';

/** Room enough on a machine that does other things, too. */
export const limits: SandboxLimits = {
  wallSeconds: 60,
  cpuSeconds: 30,
  memoryBytes: 512 * 1024 ** 2,
  processes: 64,
  fileBytes: 16 * 1024 ** 2,
  outputBytes: 4 * 1024 ** 2,
};

/** A request whose candidate is phone2numeric with these statements first; `return` ends it there. */
export async function requestWith(
  environment: PreparedEnvironment,
  statements: string,
  change: Partial<SandboxRequest> = {},
): Promise<SandboxRequest> {
  const path = join(environment.sourceRoot, target);
  const source = await readFile(path, 'utf8').catch(() => '');
  const first = '    """Convert a phone number with letters into its numeric equivalent."""\n';
  if (!source.includes(first)) {
    throw new ConfigError(
      `Expected the environment of Django, found ${environment.name}: ${target} is not there.`,
    );
  }
  const indented = statements.replace(/^(?=.)/gm, '    ');
  return {
    environment,
    filePath: target,
    fileContent: source.replace(first, () => `${first}${indented}\n`),
    qualifiedName: 'phone2numeric',
    tests: [test],
    limits,
    ...change,
  };
}

/** A request whose candidate file has this text at its end, run at import. */
export async function requestAtImport(
  environment: PreparedEnvironment,
  statements: string,
  change: Partial<SandboxRequest> = {},
): Promise<SandboxRequest> {
  const request = await requestWith(environment, 'pass', change);
  return { ...request, fileContent: `${request.fileContent}\n${statements}\n` };
}
