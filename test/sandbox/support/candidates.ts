import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildEnvironment, openEnvironment } from '../../../src/environments/index.ts';
import type { Lane } from '../../../src/core/testReport.ts';
import type { PreparedEnvironment, SandboxLimits, SandboxRequest } from '../../../src/ports/sandbox.ts';

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

/** Every lane, with bubblewrap as this user starts it, and as one who is not root. */
export function waysToRun(): readonly { userNamespace: boolean; lane: Lane }[] {
  const users = process.getuid?.() === 0 ? [false, true] : [true];
  return users.flatMap((userNamespace) =>
    (['strict', 'pre', 'full'] as const).map((lane) => ({ userNamespace, lane })),
  );
}

/** The real environment; built when this is the first to ask. */
export async function djangoEnvironment(): Promise<PreparedEnvironment> {
  return openEnvironment('django').catch(() => buildEnvironment({ repository: 'django' }));
}

/** A request whose candidate is phone2numeric with these statements first; `return` ends it there. */
export async function requestWith(
  environment: PreparedEnvironment,
  statements: string,
  change: Partial<SandboxRequest> = {},
): Promise<SandboxRequest> {
  const source = await readFile(join(environment.sourceRoot, target), 'utf8');
  const first = '    """Convert a phone number with letters into its numeric equivalent."""\n';
  if (!source.includes(first)) throw new Error('the candidate cannot be placed');
  const indented = statements.replace(/^(?=.)/gm, '    ');
  return {
    environment,
    filePath: target,
    fileContent: source.replace(first, `${first}${indented}\n`),
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
