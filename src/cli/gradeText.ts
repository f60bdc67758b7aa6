import type { Verdict } from '../core/verdicts.ts';
import { escapeForTerminal } from '../report/escape.ts';
import { renderPlainTable } from '../report/plainTable.ts';
import type { ShownGrade, ShownList, ShownTest } from './gradeOnce.ts';

/** One grading for a terminal: verdict, tests, output, and how to go on by hand. */
export function renderGrade(shown: ShownGrade): string {
  const { item, task, filePath, recorded, explanation, code, lists, heldOutNotRun, kept } = shown;
  const parts = [
    `${item} (${task}, ${filePath})`,
    `verdict   ${nameOf(shown.verdict)}${heldOutNotRun > 0 ? ` by the visible tests; ${heldOutNotRun} held-out ones were not run (--tests all)` : ''}`,
    ...(recorded === null
      ? []
      : [`recorded  ${nameOf(recorded.verdict)}, in turn ${recorded.turn} of the run`]),
    ...(explanation === null ? [] : [`why       ${escapeForTerminal(explanation, 600)}`]),
    ...(lists.length === 0 && code !== null ? ['', ...indented(code, 40)] : []),
    ...lists.flatMap(renderList),
    ...(kept === null
      ? []
      : ['', `kept      ${kept.folder}`, 'by hand, outside of any sandbox:', `  ${kept.command}`]),
  ];
  return `${parts.join('\n')}\n`;
}

function renderList({ list, tests, report, verdict }: ShownList): string[] {
  const wrong = tests.filter(({ expected, found }) => expected !== found);
  const name = list === 'visible' ? 'visible tests' : 'held-out tests';
  const megabytes = Math.round(report.peakMemoryBytes / 2 ** 20);
  const facts = [
    report.ended,
    `${report.wallSeconds.toFixed(2)} s (${report.cpuSeconds.toFixed(2)} s CPU)`,
    `${megabytes} MiB`,
    `lane ${report.lane}`,
    `provider ${report.provider}`,
    ...(report.flags.length > 0 ? [`flags ${report.flags.join(', ')}`] : []),
  ];
  return [
    '',
    `${name}: ${nameOf(verdict)}, ${tests.length - wrong.length} of ${tests.length} as expected`,
    `  ${escapeForTerminal(facts.join(' · '), 400)}`,
    '',
    testTable(tests).trimEnd(),
    ...wrong
      .filter(({ message }) => message !== '')
      .slice(0, messagesAtMost)
      .flatMap(renderMessage),
    ...(report.output.trim() === '' ? [] : ['', 'output (its end):', ...indented(report.output, 30)]),
  ];
}

const messagesAtMost = 5;

function testTable(tests: readonly ShownTest[]): string {
  const columns = [
    { title: '', align: 'left' as const },
    { title: 'test', align: 'left' as const },
    { title: 'expected', align: 'left' as const },
    { title: 'found', align: 'left' as const },
    { title: 'seconds', align: 'right' as const },
  ];
  const rows = tests.map(({ id, expected, found, seconds }) => [
    expected === found ? '' : '✗',
    escapeForTerminal(id),
    expected ?? 'not asked for',
    found,
    seconds.toFixed(3),
  ]);
  return renderPlainTable(columns, rows);
}

function renderMessage({ id, message }: ShownTest): string[] {
  return ['', `${escapeForTerminal(id)}:`, ...indented(message, 25)];
}

/** The last lines of a text of others. */
function indented(text: string, lines: number): string[] {
  const all = text.trimEnd().split('\n');
  const shown = all
    .slice(-lines)
    .map((line) => `  ${/^\s*/.exec(line)?.[0] ?? ''}${escapeForTerminal(line, 300)}`);
  return all.length > lines ? ['  …', ...shown] : shown;
}

function nameOf(verdict: Verdict): string {
  const words = verdict.kind.replaceAll('_', ' ');
  return verdict.kind === 'unusable_answer' ? `${words} (${verdict.reason.replaceAll('_', ' ')})` : words;
}
