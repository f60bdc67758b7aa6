import { SandboxError } from '../../core/errors.ts';
import type { TestReport } from '../../core/testReport.ts';
import type { SandboxRequest } from '../../ports/sandbox.ts';
import { gradeAnswerSchema, type GradeBody } from '../wire/gradeContract.ts';
import { exchange, failureOf, parseJson } from './http.ts';
import type { Asking } from './servers.ts';

export interface Question {
  readonly address: string;
  readonly request: SandboxRequest;
  /** The same for each try of one grading: a server that still works on it is joined. */
  readonly key: string;
  readonly signal: AbortSignal;
}

/** A pass is run several times: sabotaged, in the strict lane, and so is the reference where it must be compared with. */
const runsAtMost = 8;

/** Asks `POST /v1/grade`. */
export async function gradeTyped(
  asking: Asking,
  { address, request, key, signal }: Question,
): Promise<TestReport> {
  const { originalContent: _, bootTests: __, environment, ...rest } = request;
  const body: GradeBody = {
    ...rest,
    environment: environment.digest,
    tests: [...request.tests],
    integrity: request.integrity && { ...request.integrity, suspicions: [...request.integrity.suspicions] },
  };
  const call = {
    method: 'POST',
    url: `${address}/v1/grade`,
    body: JSON.stringify(body),
    headers: { 'idempotency-key': key },
    timeoutSeconds: runsAtMost * request.limits.wallSeconds + asking.timeoutSeconds,
    signal,
  } as const;
  const reply = await exchange(asking.connection, call);
  if (reply.status !== 200) throw failureOf(asking.connection, call, reply);
  const answer = gradeAnswerSchema.safeParse(parseJson(reply.text));
  if (!answer.success) {
    throw new SandboxError(
      `Expected a test report of ${call.url}, found something else. Is it of the same version?`,
    );
  }
  // The server's runner has the digest of ours, so what it adds to a report is known here.
  return { ...(answer.data.report as TestReport), provider: 'restapi' };
}
