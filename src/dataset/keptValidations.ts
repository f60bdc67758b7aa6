import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { shortDigest } from '../core/digest.ts';
import type { Row } from '../core/row.ts';
import type { PreparedEnvironment } from '../ports/sandbox.ts';
import { runnerDigest } from '../sandbox/index.ts';
import { openWorkFolder } from './builder/workFolder.ts';

/** What was seen of rows while a validation is under way: one that is killed goes on where it was. */
export interface KeptValidations {
  keep<Value>(row: Row, validate: () => Promise<Value>): Promise<Value>;
  /** At the end: the next validation runs everything again. */
  forget(): Promise<void>;
}

/** Raised when rows are validated in another way: what earlier versions saw is not used. */
const validationVersion = 1;

/** Opens what an unfinished validation of the same rows in the same way has kept; another way is another place. */
export async function openKeptValidations(
  workRoot: string,
  environment: PreparedEnvironment,
  way: { readonly target: string; readonly lane: string; readonly repeats: number },
): Promise<KeptValidations> {
  const { target, lane, repeats } = way;
  const place = shortDigest([
    validationVersion,
    await runnerDigest(),
    environment.digest,
    target,
    lane,
    repeats,
  ]);
  const path = join(workRoot, `${environment.name}-${place}`);
  const work = openWorkFolder(path);
  return {
    keep: (row, validate) => work.keep(`row-${shortDigest({ ...row, idx: 0 })}`, validate),
    forget: () => rm(path, { recursive: true, force: true }),
  };
}
