import { settle, type Named, type Said } from './settle.ts';
import { unreadable, type ReadText } from './textForm.ts';

const summary = /^Ran (\d+) tests? in [\d.]+s$\s*^(OK|FAILED|NO TESTS RAN)(?: \(([^()\n]*)\))?$/gm;
const anySummary = /\bRan \d+ tests? in /g;

/** Reads the text of Django's runner (and of plain unittest, any Python's). */
export function readDjangoText(given: string, tests: readonly string[]): ReadText {
  const text = given.replaceAll('\r\n', '\n').replace(/\u001b\[[0-9;]*m/g, '');
  const [found, ...others] = [...text.matchAll(summary)];
  if (found === undefined) return unreadable('text_without_summary');
  if (others.length > 0 || [...text.matchAll(anySummary)].length > 1) return unreadable('text_ambiguous');
  const [, total = '', word = '', details = ''] = found;
  const said: Said = {
    total: Number(total),
    ok: word !== 'FAILED',
    counts: {
      failed: countOf(details, 'failures'),
      error: countOf(details, 'errors'),
      skipped: countOf(details, 'skipped'),
      expected_failure: countOf(details, 'expected failures'),
      unexpected_success: countOf(details, 'unexpected successes'),
    },
    named: [...blocksOf(text.slice(0, found.index), tests), ...verboseLines(text, tests)],
  };
  return settle(said, tests);
}

function countOf(details: string, word: string): number {
  return Number(new RegExp(`(?:^|, )${word}=(\\d+)`).exec(details)?.[1] ?? 0);
}

function blocksOf(text: string, tests: readonly string[]): Named[] {
  return text
    .split(/^={70}\n(?=(?:FAIL|ERROR): )/m)
    .slice(1)
    .map((block) => {
      const [, word = '', name = '', owner = ''] = /^(FAIL|ERROR): (\S+)(?: \(([\w.]+)\))?/.exec(block) ?? [];
      const body = block.slice(block.indexOf(`\n${'-'.repeat(70)}\n`) + 72);
      return {
        status: word === 'FAIL' ? ('failed' as const) : ('error' as const),
        ids: idsOf({ name, owner }, tests),
        message: body.replace(/\n-{70}\s*$/, '').trim(),
      };
    });
}

/** Only with `-v 2` does the runner say which tests were skipped. */
function verboseLines(text: string, tests: readonly string[]): Named[] {
  const line =
    /^(\w+) \(([\w.]+)\)(?:\n.*)? \.\.\. (?:(skipped) ['"](.*)['"]|(expected failure)|(unexpected success))$/gm;
  return [...text.matchAll(line)].map(([, name = '', owner = '', skipped, reason = '', expected]) => ({
    status: skipped ? 'skipped' : expected ? 'expected_failure' : 'unexpected_success',
    ids: idsOf({ name, owner }, tests),
    message: reason,
  }));
}

interface BlockName {
  readonly name: string;
  /** What stands in parentheses. */
  readonly owner: string;
}

/** `test (module.Class)`, from Python 3.11 on `test (module.Class.test)`; of set-ups and imports, all tests below. */
function idsOf({ name, owner }: BlockName, tests: readonly string[]): string[] {
  if (/^(?:setUp|tearDown)(?:Class|Module)$/.test(name)) return below(owner, tests);
  if (owner.startsWith('unittest.loader._FailedTest')) {
    const nested = below(name, tests);
    return nested.length > 0 ? nested : tests.filter((id) => id.split('.').includes(name));
  }
  const id = owner.endsWith(`.${name}`) ? owner : `${owner}.${name}`;
  return tests.filter((one) => one === id || one === `${owner}.${name}`);
}

function below(owner: string, tests: readonly string[]): string[] {
  return tests.filter((id) => id === owner || id.startsWith(`${owner}.`));
}
