import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { taskNames } from '../core/row.ts';
import { ConfigError } from '../core/errors.ts';
import { exitCodes } from './failure.ts';

export interface GradeFlags {
  readonly item: string;
  readonly candidate?: string;
  readonly reference?: boolean;
  readonly stub?: boolean;
  readonly bug?: boolean;
  readonly run?: string;
  readonly turn?: number;
  readonly sample?: number;
  readonly dataset?: string;
  readonly task?: string;
  readonly tests: 'visible' | 'held-out' | 'all';
  readonly lane?: string;
  readonly provider?: string;
  readonly keep?: boolean;
  readonly json?: boolean;
}

/** `bench grade`: why did this item fail? One candidate, graded as in a run, and all that was seen. */
export function gradeCommand(): Command {
  return new Command('grade')
    .description('run one candidate of one item, graded as in a run, and show what was seen')
    .requiredOption('--item <id>', 'the item, by its name in the results or by its dp_id')
    .option('--candidate <file>', 'a method, a whole file, or an answer with fences; - reads stdin')
    .option('--reference', "the repository's own method instead of a file")
    .option('--stub', 'a method that does nothing')
    .option('--bug', 'the wrong method of the repair task')
    .option('--run <folder>', 'the candidate that this run recorded')
    .option('--turn <n>', 'which turn of the run (default: the last one)', toCount)
    .option('--sample <n>', 'which sample of the run', toCount, 1)
    .option('--dataset <file>', 'a file, or a shipped set by name (default: the shipped set)')
    .option('--task <name>', `one of ${taskNames.join(', ')} (default: ${taskNames[0]})`)
    .addOption(
      new Option('--tests <which>', 'held-out tests are run and shown only when asked for')
        .choices(['visible', 'held-out', 'all'])
        .default('visible'),
    )
    .option('--lane <name>', 'how fresh its process is (grading.lane)')
    .option('--provider <name>', 'what contains it (inference.sandbox_provider)')
    .option('--keep', 'leave the source tree with the candidate in it, and say how to run it by hand')
    .option('--json', 'print data as JSON')
    .addHelpText('after', examples)
    .action(grade);
}

const examples = `
Only the item's method is taken from a file; what else differs in it is left out, as in a run.
Ends with 0 when the tests passed, 1 when not.

Examples:
  bench grade --item django.utils.text.phone2numeric --candidate mine.py
  bench grade --item django.utils.text.phone2numeric --bug --task program_repair --tests all
  bench grade --run results/quickstart/quickstart-django-completion-stub --item django.core.paginator.Page.end_index --keep`;

async function grade(flags: GradeFlags): Promise<void> {
  needOneCandidate(flags);
  const { gradeOnce } = await import('./gradeOnce.ts');
  const { renderGrade } = await import('./gradeText.ts');
  const folder = await mkdtemp(join(tmpdir(), 'bench-grade-'));
  try {
    const shown = await gradeOnce(flags, folder);
    process.stdout.write(flags.json === true ? `${JSON.stringify(shown, null, 2)}\n` : renderGrade(shown));
    if (shown.verdict.kind !== 'passed') process.exitCode = exitCodes.unfinished;
  } finally {
    if (flags.keep !== true) await rm(folder, { recursive: true, force: true });
  }
}

function needOneCandidate(flags: GradeFlags): void {
  const given = (['candidate', 'reference', 'stub', 'bug', 'run'] as const).filter(
    (name) => flags[name] !== undefined,
  );
  if (given.length === 1) return;
  const found = given.length === 0 ? 'none' : given.map((name) => `--${name}`).join(' and ');
  throw new ConfigError(
    `Expected one of --candidate FILE, --reference, --stub, --bug and --run FOLDER, found ${found}.`,
  );
}

function toCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a whole number of 1 or more.');
}
