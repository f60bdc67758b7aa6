import Table from 'cli-table3';

/** A column of a plain table; numbers stand right, names left. */
export interface PlainColumn {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/** Columns padded with blanks under a ruled head: reads the same in a terminal, a pipe and a log. */
export function renderPlainTable(
  columns: readonly PlainColumn[],
  rows: readonly (readonly string[])[],
): string {
  const table = new Table({
    head: columns.map(({ title }) => title),
    colAligns: columns.map(({ align }) => align),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    chars: ruledHead,
  });
  table.push(...rows.map((row) => [...row]));
  const lines = table.toString().split('\n');
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

const ruledHead = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '─',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
