import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, Option } from 'commander';
import { ConfigError } from '../core/errors.ts';
import { tableFormats } from '../report/export/tableText.ts';
import { turnRows, type TurnRow } from '../report/export/turnRows.ts';
import { itemsSchema } from '../report/runRecordSchema.ts';
import { findRunFolders, openRunFolder, readFileOf, type OpenedFolder } from './openRunFolder.ts';
import { tell } from './session.ts';

const formats = ['jsonl', 'parquet', 'csv', 'inspect'] as const;

interface ExportFlags {
  readonly format: (typeof formats)[number];
  readonly output?: string;
  readonly force?: boolean;
}

/** `bench export RUN…`: results for other tools. */
export function exportCommand(): Command {
  return new Command('export')
    .description(
      'Write the results of runs for other tools: a flat table with a row per turn, or a log for Inspect AI.',
    )
    .argument('<folders...>', 'folders of runs, or a folder that holds some; s3://… as well')
    .addOption(new Option('-f, --format <name>', 'what to write').choices(formats).default('jsonl'))
    .option('-o, --output <file>', 'where to (default: a name in this folder); - prints jsonl and csv')
    .option('--force', 'overwrite a file that exists')
    .addHelpText(
      'after',
      `
Several runs become one table; Inspect's log holds one run.

Examples:
  bench export results/quickstart --format parquet -o quickstart.parquet
  duckdb -c "select model, task, avg((verdict = 'passed')::int) from 'quickstart.parquet' where is_last group by all"
  bench export results/quickstart/quickstart-django-completion-stub --format inspect`,
    )
    .action(exportRuns);
}

async function exportRuns(paths: readonly string[], flags: ExportFlags): Promise<void> {
  const folders = [...new Set((await Promise.all(paths.map(findRunFolders))).flat())];
  const runs = await Promise.all(folders.map(openRunFolder));
  const [first, ...more] = runs;
  if (first === undefined) return;
  if (flags.format === 'inspect') {
    if (more.length > 0) {
      throw new ConfigError(
        `Expected one run for Inspect's log, found ${runs.length}: name the folder of one.`,
      );
    }
    const file = placeOf(flags, `${first.record.request.name}.eval`);
    if (file === '-') throw new ConfigError('Inspect AI reads its log from a file: name one with --output.');
    const { inspectArchive } = await import('./inspectArchive.ts');
    return write(await inspectArchive(first), file);
  }
  const name = more.length === 0 ? first.record.request.name : 'runs';
  const file = placeOf(flags, `${name}.${flags.format}`);
  if (file === '-' && flags.format === 'parquet') {
    throw new ConfigError('Parquet is not for a terminal: name a file with --output.');
  }
  await write(Readable.from(tableFormats[flags.format](rowsOf(runs)), { objectMode: false }), file);
}

async function* rowsOf(runs: readonly OpenedFolder[]): AsyncGenerator<TurnRow> {
  for (const { folder, store, record } of runs) {
    const items = await readFileOf(store, { folder, key: 'items.json', schema: itemsSchema });
    yield* turnRows({ store, record, items });
  }
}

function placeOf({ output, force }: ExportFlags, usual: string): string {
  if (output === '-') return output;
  const file = resolve(output ?? usual);
  if (!existsSync(file) || force === true) return file;
  throw new ConfigError(`${file} exists: name another file with --output, or overwrite it with --force.`);
}

/** A file is there whole or not at all. */
async function write(content: NodeJS.ReadableStream, file: string): Promise<void> {
  if (file === '-') return pipeline(content, process.stdout, { end: false });
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await pipeline(content, createWriteStream(temporary)).catch((cause: unknown) => {
      if (!(cause instanceof Error && 'code' in cause && 'path' in cause)) throw cause;
      throw new ConfigError(`${file} cannot be written (${String(cause.code)}): name another place.`, {
        cause,
      });
    });
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
  tell(`Wrote ${file}`);
}
