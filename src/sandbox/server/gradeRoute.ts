import { createHash } from 'node:crypto';
import { z } from 'zod';
import { gradeBodySchema, type GradeBody } from '../wire/gradeContract.ts';
import type { AnswerBook } from './answerBook.ts';
import type { Grading } from './grading.ts';
import { Problem } from './problem.ts';
import type { ServerParts } from './serverParts.ts';
import { readSourceFile } from './sourceFiles.ts';

export interface GradeRoute {
  readonly parts: ServerParts;
  readonly grading: Grading;
  readonly book: AnswerBook;
}

export interface GradeCall {
  readonly body: unknown;
  readonly key: string | undefined;
  readonly signal: AbortSignal;
}

const longestKey = 200;

/** `POST /v1/grade`: the answer as JSON text. With a key, the same question is answered once. */
export async function answerGrade(route: GradeRoute, { body, key, signal }: GradeCall): Promise<string> {
  const checked = gradeBodySchema.safeParse(body);
  if (!checked.success) throw new Problem(400, 'bad_body', { detail: z.prettifyError(checked.error) });
  if (key === undefined) return grade(route, checked.data, signal);
  if (key.length > longestKey) {
    const detail = `Expected an Idempotency-Key of at most ${longestKey} characters, found ${key.length}.`;
    throw new Problem(400, 'bad_key', { detail });
  }
  const digest = createHash('sha256').update(JSON.stringify(checked.data)).digest('hex');
  return route.book.answer({ key, digest, signal }, (either) => grade(route, checked.data, either));
}

async function grade({ parts, grading }: GradeRoute, body: GradeBody, signal: AbortSignal): Promise<string> {
  const environment = await grading.open(body.environment);
  await readSourceFile(environment, body.filePath);
  const report = await grading.run('grade', { ...body, environment }, signal);
  const { runnerDigest: runner, provider } = parts;
  return JSON.stringify({ report, versions: { runner, environment: environment.digest, provider } });
}
