import { statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { SandboxError } from '../../core/errors.ts';
import type { PreparedEnvironment } from '../../ports/sandbox.ts';

/** Refuses a path that is not a file of the source tree. */
export function checkFilePath(environment: PreparedEnvironment, filePath: string): void {
  const clean =
    posix.normalize(filePath) === filePath && !filePath.startsWith('/') && !filePath.startsWith('..');
  const found = clean && statSync(join(environment.sourceRoot, filePath), { throwIfNoEntry: false });
  if (!found || !found.isFile()) {
    throw new SandboxError(
      `Expected a file of ${environment.name}'s source tree, relative to it; found ${JSON.stringify(filePath)}.`,
    );
  }
}
