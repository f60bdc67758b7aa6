import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SandboxError } from '../../core/errors.ts';
import type { TestReport } from '../../core/testReport.ts';
import type { SandboxRequest } from '../../ports/sandbox.ts';
import { textFormOf } from '../textForms/index.ts';
import { itemAnswerSchema, type ItemBody } from '../wire/itemContract.ts';
import { exchange, failureOf, parseJson, SilentServer, type Reply } from './http.ts';
import type { Asking } from './servers.ts';
import type { Question } from './typedGrade.ts';

/** Every report that rests on a text carries it. */
const trustedText = 'trusted_text';
const outputCharacters = 16_384;

/** Asks the original's `POST /run_item`, and believes of its text what a strict reading allows. */
export async function gradePlain(asking: Asking, question: Omit<Question, 'key'>): Promise<TestReport> {
  const { address, request, signal } = question;
  const { limits, environment } = request;
  const form = textFormOf(environment.adapter);
  const started = performance.now();
  const call = {
    method: 'POST',
    url: `${address}/run_item?do_edit=true`,
    body: JSON.stringify(await bodyOf(request)),
    timeoutSeconds: limits.wallSeconds + asking.timeoutSeconds,
    signal,
  } as const;
  const secondsSince = (): number => (performance.now() - started) / 1000;
  try {
    const reply = await exchange(asking.connection, call);
    if (tellsOfHang(reply, secondsSince() >= limits.wallSeconds)) return timedOut(secondsSince());
    if (reply.status !== 200) throw failureOf(asking.connection, call, reply);
    const read = form.read(textOf(reply, call.url, request), request.tests);
    const output = read.ended === 'crashed' ? reply.text.slice(-outputCharacters) : '';
    return { ...emptyReport(secondsSince()), ...read, output, flags: [trustedText, ...read.flags] };
  } catch (error) {
    // The connection stood and nothing came: the caller takes it for a hang only when the reference is in time.
    if (error instanceof SilentServer) return timedOut(secondsSince());
    throw error;
  }
}

/** The whole file takes the place of the whole file: the server then tests what this side means. */
async function bodyOf(request: SandboxRequest): Promise<ItemBody> {
  const { environment, filePath, fileContent, qualifiedName, tests } = request;
  const original =
    request.originalContent ?? (await readFile(join(environment.sourceRoot, filePath), 'utf8'));
  return {
    idx: 0,
    dp_id: qualifiedName,
    file_path: filePath,
    replace_content: fileContent.replace(/\n$/, ''),
    method_name: qualifiedName.split('.').at(-1) ?? qualifiedName,
    start_line: 1,
    end_line: original.split('\n').length - (original.endsWith('\n') ? 1 : 0),
    tests: [...tests],
  };
}

/** Such a server knows one answer for all its troubles, 500, and a test that hangs is among them. */
function tellsOfHang({ status, text }: Reply, wasLong: boolean): boolean {
  return (
    status >= 500 && status !== 502 && status !== 503 && (wasLong || /time[ds]?[ _-]?(out|limit)/i.test(text))
  );
}

function textOf({ text }: Reply, url: string, { fileContent }: SandboxRequest): string {
  const answer = itemAnswerSchema.safeParse(parseJson(text));
  if (!answer.success) {
    throw new SandboxError(
      `Expected { datapoint, test_output, edited_file } of ${url}, found something else.`,
    );
  }
  const edited = answer.data.edited_file;
  if (typeof edited === 'string' && edited.includes('\n') && !isSame(edited, fileContent)) {
    throw new SandboxError(
      `The sandbox server ${url} edited the file otherwise than it was asked to: its source tree is another one.`,
    );
  }
  return answer.data.test_output;
}

function isSame(one: string, other: string): boolean {
  const plain = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();
  return plain(one) === plain(other);
}

function timedOut(seconds: number): TestReport {
  return { ...emptyReport(seconds), ended: 'timed_out', flags: [trustedText] };
}

function emptyReport(wallSeconds: number): TestReport {
  return {
    ended: 'crashed',
    tests: {},
    output: '',
    wallSeconds,
    cpuSeconds: 0,
    peakMemoryBytes: 0,
    flags: [trustedText],
    lane: 'strict',
    provider: 'restapi',
  };
}
