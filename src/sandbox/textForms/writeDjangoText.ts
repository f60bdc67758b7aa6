import type { TestStatus } from '../../core/row.ts';
import type { TestReport } from '../../core/testReport.ts';
import { casesOf, type TextCase } from './cases.ts';
import type { TextContext } from './textForm.ts';

const doubleLine = '='.repeat(70);
const singleLine = '-'.repeat(70);

/** What Django's runner prints for a report: dots, blocks of errors and failures, `Ran N tests`, `OK` or `FAILED`. */
export function writeDjangoText(report: TestReport, context: TextContext): string {
  const cases = casesOf(report, context);
  const blocks = [...blocksOf(cases, 'error', 'ERROR'), ...blocksOf(cases, 'failed', 'FAIL')];
  const seconds = Object.values(report.tests).reduce((sum, test) => sum + test.seconds, 0);
  const count = `Ran ${cases.length} test${cases.length === 1 ? '' : 's'} in ${seconds.toFixed(3)}s`;
  const dots = cases.map(({ status }) => marks[status]).join('');
  return [dots, ...blocks, singleLine, count, '', closingLine(cases), ''].join('\n');
}

const marks: Readonly<Record<TestStatus, string>> = {
  passed: '.',
  failed: 'F',
  error: 'E',
  skipped: 's',
  expected_failure: 'x',
  unexpected_success: 'u',
};

function blocksOf(cases: readonly TextCase[], status: TestStatus, word: string): string[] {
  return cases
    .filter((one) => one.status === status)
    .map(({ id, message }) =>
      [doubleLine, `${word}: ${nameOf(id)}`, singleLine, harmless(message), ''].join('\n'),
    );
}

/** As Python before 3.11 writes it, whatever Python runs: this is the form that the original's client parses. */
function nameOf(id: string): string {
  const dot = id.lastIndexOf('.');
  return dot === -1 ? `${id} (${id})` : `${id.slice(dot + 1)} (${id.slice(0, dot)})`;
}

/** A candidate writes its own messages: none of their lines may be taken for the runner's. */
function harmless(message: string): string {
  return message
    .replace(/\b(Ran|Found)(?= \d+ tests?\b)/g, '$1:')
    .replace(/^(?=\s*(?:OK\b|FAILED\b|(?:FAIL|ERROR): |={10}|-{10}))/gm, '| ')
    .trimEnd();
}

function closingLine(cases: readonly TextCase[]): string {
  const parts = closingWords.flatMap(([status, word]) => {
    const count = cases.filter((one) => one.status === status).length;
    return count === 0 ? [] : [`${word}=${count}`];
  });
  const isOk = cases.every(({ status }) => !['failed', 'error', 'unexpected_success'].includes(status));
  return `${isOk ? 'OK' : 'FAILED'}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
}

const closingWords: readonly (readonly [TestStatus, string])[] = [
  ['failed', 'failures'],
  ['error', 'errors'],
  ['skipped', 'skipped'],
  ['expected_failure', 'expected failures'],
  ['unexpected_success', 'unexpected successes'],
];
