import type { TestReport } from '../testReport.ts';
import type { ExpectedStatuses } from '../verdicts.ts';

/** A visible test that did not end as it should. */
export interface FailingTest {
  readonly id: string;
  readonly status: string;
  readonly message: string;
}

/** The visible tests without their expected status, in the dataset's order. */
export function failingTests(report: TestReport, visible: ExpectedStatuses): FailingTest[] {
  const failing: FailingTest[] = [];
  for (const [id, expected] of visible) {
    const result = Object.hasOwn(report.tests, id) ? report.tests[id] : undefined;
    if (result?.status === expected) continue;
    failing.push({
      id,
      status: result?.status ?? 'did not run',
      message: readable(result?.message ?? ''),
    });
  }
  return failing;
}

interface ReportInput {
  readonly report: TestReport;
  readonly visible: ExpectedStatuses;
  readonly failing: readonly FailingTest[];
  /** Characters at most. */
  readonly budget: number;
}

/**
 * Failing tests with their messages, then what the process printed where it did not end by itself, then the tests
 * that passed, in at most `budget` characters. Long messages lose their beginning: a traceback's end says what went wrong.
 */
export function fitReport({ report, visible, failing, budget }: ReportInput): string {
  const parts = describeFailing(failing, budget);
  let left = budget - lengthOf(parts);
  const add = (part: string): void => {
    if (part.length + 2 > left) return;
    parts.push(part);
    left -= part.length + 2;
  };
  const output = readable(report.output).trim();
  if (report.ended !== 'completed' && output !== '') add(`Printed last:\n${keepEnd(output, left - 20)}`);
  const failed = new Set(failing.map(({ id }) => id));
  const passed = [...visible.keys()].filter((id) => !failed.has(id));
  if (passed.length > 0) add(`As expected: ${passed.join(', ')}`);
  return parts.join('\n\n').slice(0, Math.max(0, budget));
}

/** Every failing test gets the same share; what short messages leave is given to the long ones. */
function describeFailing(failing: readonly FailingTest[], budget: number): string[] {
  const parts: string[] = [];
  let left = budget;
  const order = failing
    .map((test, place) => ({ test, place }))
    .toSorted((a, b) => sizeOf(a.test) - sizeOf(b.test));
  const shares = new Map<number, number>();
  order.forEach(({ test, place }, done) => {
    const share = Math.max(smallestShare, Math.floor(left / (order.length - done)));
    shares.set(place, share);
    left -= Math.min(share, sizeOf(test));
  });
  left = budget;
  for (const [place, test] of failing.entries()) {
    const rest = failing.length - place;
    const text = describeTest(test, Math.min(shares.get(place) ?? 0, left - spareForRest));
    if (text === null) {
      parts.push(`… and ${rest} more failing tests`.slice(0, Math.max(0, left)));
      break;
    }
    parts.push(text);
    left -= text.length + 2;
  }
  return parts;
}

const smallestShare = 120;
const spareForRest = 40;

function sizeOf(test: FailingTest): number {
  return test.id.length + test.status.length + test.message.length + 6;
}

/** Null when not even the test's name has room. */
function describeTest({ id, status, message }: FailingTest, room: number): string | null {
  const head = `${id}: ${status}`;
  if (head.length > room) return null;
  const text = message.trim();
  const left = room - head.length - 1;
  return text === '' || left < 20 ? head : `${head}\n${keepEnd(text, left)}`;
}

function keepEnd(text: string, room: number): string {
  if (text.length <= room) return text;
  return room < 2 ? '' : `…${text.slice(text.length - room + 1)}`;
}

function lengthOf(parts: readonly string[]): number {
  return parts.reduce((sum, part) => sum + part.length + 2, 0);
}

/**
 * Without terminal escapes and other control characters, and without long runs of backticks, which would make the
 * fence around them longer than what it holds: candidates write what they like.
 */
export function readable(text: string): string {
  return text
    .replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '')
    .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '')
    .replace(/`{9,}/g, '````````');
}
