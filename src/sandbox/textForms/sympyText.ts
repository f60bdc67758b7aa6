import type { TestStatus } from '../../core/row.ts';
import type { TestReport } from '../../core/testReport.ts';
import { casesOf, type TextCase } from './cases.ts';
import { settle, type Named } from './settle.ts';
import { unreadable, type ReadText, type TextContext } from './textForm.ts';

const width = 80;

/** What SymPy's `bin/test` prints for a report: a line of dots, blocks, and `tests finished: P passed, …`. */
export function writeSympyText(report: TestReport, context: TextContext): string {
  const cases = casesOf(report, context);
  const seconds = Object.values(report.tests).reduce((sum, test) => sum + test.seconds, 0);
  const counts = closingWords.flatMap(([status, word]) => {
    const count = cases.filter((one) => one.status === status).length;
    return count === 0 && status !== 'passed' ? [] : [`${count} ${word}, `];
  });
  const bad = cases.filter(({ status }) => status === 'failed' || status === 'error');
  const isOk = bad.length === 0;
  return [
    centered('test process starts', '='),
    `${cases.map(({ status }) => marks[status]).join('')} ${isOk ? '[OK]' : '[FAIL]'}`,
    '',
    ...bad.filter(({ status }) => status === 'error').flatMap((one) => block(one, ':')),
    ...bad.filter(({ status }) => status === 'failed').flatMap((one) => block(one, '::')),
    centered(`tests finished: ${counts.join('')}in ${seconds.toFixed(2)} seconds`, '='),
    ...(isOk ? [] : ['DO *NOT* COMMIT!']),
    '',
  ].join('\n');
}

const marks: Readonly<Record<TestStatus, string>> = {
  passed: '.',
  failed: 'F',
  error: 'E',
  skipped: 's',
  expected_failure: 'f',
  unexpected_success: 'X',
};

const closingWords: readonly (readonly [TestStatus, string])[] = [
  ['passed', 'passed'],
  ['failed', 'failed'],
  ['skipped', 'skipped'],
  ['expected_failure', 'expected to fail'],
  ['unexpected_success', 'expected to fail but passed'],
  ['error', 'exceptions'],
];

function block({ id, message }: TextCase, separator: string): string[] {
  const { file, name } = partsOf(id);
  const text = message
    .replaceAll('tests finished:', 'tests finished -')
    .replace(/^(?=[_=]{3})/gm, '| ')
    .trimEnd();
  return ['_'.repeat(width), centered(`${file}${separator}${name}`, '_'), text, ''];
}

function centered(text: string, line: string): string {
  const room = Math.max(4, width - text.length - 2);
  return `${line.repeat(Math.floor(room / 2))} ${text} ${line.repeat(Math.ceil(room / 2))}`;
}

/** Reads the text of SymPy's runner. */
export function readSympyText(given: string, tests: readonly string[]): ReadText {
  const text = given.replaceAll('\r\n', '\n').replace(/\u001b\[[0-9;]*m/g, '');
  const summaries = [...text.matchAll(/tests finished: (\d+) passed, ([^=]*?)in [\d.]+ seconds/g)];
  const [found, ...others] = summaries;
  if (found === undefined) return unreadable('text_without_summary');
  if (others.length > 0) return unreadable('text_ambiguous');
  const [, passed = '', details = ''] = found;
  const count = (word: string): number =>
    [...details.matchAll(new RegExp(`(\\d+) ${word},`, 'g'))].reduce(
      (sum, [, digits]) => sum + Number(digits),
      0,
    );
  const counts = {
    failed: count('failed'),
    error: count('exceptions'),
    skipped: count('skipped'),
    expected_failure: count('expected to fail'),
    unexpected_success: count('expected to fail but passed'),
  };
  const total = Object.values(counts).reduce((sum, one) => sum + one, Number(passed));
  // The runner takes an unexpected success for no fault, so its closing word says nothing of it.
  const ok = counts.failed + counts.error + counts.unexpected_success === 0;
  return settle({ total, counts, ok, named: blocksOf(text.slice(0, found.index), tests) }, tests);
}

function blocksOf(text: string, tests: readonly string[]): Named[] {
  const [, ...parts] = text.split(/^_+ ([^\s_]\S*\.py(?:::?\w+)?) _+$/m);
  return Array.from({ length: parts.length / 2 }, (_, index) => {
    const head = parts[2 * index] ?? '';
    const message = (parts[2 * index + 1] ?? '').replace(/^_+$/gm, '').replace(/^=.*$/gm, '').trim();
    return { status: head.includes('::') ? 'failed' : 'error', ids: idsOf(head, tests), message };
  });
}

/** A block without a test's name is of a file that could not be imported: its path may be absolute. */
function idsOf(head: string, tests: readonly string[]): string[] {
  const [file = '', name] = head.split(/::?/);
  return tests.filter((id) => {
    const parts = partsOf(id);
    return name === undefined
      ? isSameFile(file, parts.file)
      : isSameFile(file, parts.file) && parts.name === name;
  });
}

function isSameFile(said: string, file: string): boolean {
  return said === file || said.endsWith(`/${file}`);
}

/** An id is `path.py:test`, `path.py::test` or dotted. */
function partsOf(id: string): { file: string; name: string } {
  const [file = '', name] = id.split(/::?/);
  if (name !== undefined) return { file, name };
  const dot = id.lastIndexOf('.');
  return { file: `${id.slice(0, Math.max(0, dot)).replaceAll('.', '/')}.py`, name: id.slice(dot + 1) };
}
