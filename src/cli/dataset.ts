import { Command } from 'commander';
import { pickQuickRows } from '../dataset/pickRows.ts';
import { readDataset, refuseBadRows } from '../dataset/readDataset.ts';
import { rowsDigest, writeDataset } from '../dataset/writeDataset.ts';
import { buildCommand } from './datasetBuild.ts';
import { bugsCommand } from './datasetBugs.ts';
import { diffCommand, exportCommand, sheetCommand } from './datasetExport.ts';
import { positiveNumber, print } from './datasetTools.ts';
import { validateCommand } from './datasetValidate.ts';

/** `bench dataset …`: rows that are proved, proved again, chosen, compared and handed on. */
export function datasetCommand(): Command {
  const command = new Command('dataset').description(
    'Datasets: rows, one per method, each with what the three tasks need and proved before it is kept.',
  );
  const parts = [
    buildCommand,
    validateCommand,
    pickCommand,
    bugsCommand,
    exportCommand,
    diffCommand,
    sheetCommand,
  ];
  for (const part of parts) command.addCommand(part());
  return command;
}

function pickCommand(): Command {
  return new Command('pick')
    .description('write the rows of a dataset that are graded quickest, at most two of a file')
    .argument('<file>', 'the dataset to pick from')
    .requiredOption('-o, --output <file>', 'where to write them: .jsonl or .jsonl.gz')
    .option('--rows <count>', 'how many', positiveNumber, 20)
    .addHelpText('after', '\nExample:\n  bench dataset pick big.jsonl.gz --rows 20 -o quick.jsonl.gz')
    .action(pick);
}

async function pick(file: string, { output, rows }: { output: string; rows: number }): Promise<void> {
  const dataset = await readDataset(file);
  refuseBadRows(dataset);
  const picked = pickQuickRows(dataset.rows, rows);
  const how = `the ${rows} rows that are graded quickest`;
  const { header } = dataset;
  const made_from = { digest: rowsDigest(dataset.rows), how };
  await writeDataset(output, picked, header && { ...header, funnel: null, made_from });
  print(`${picked.length} rows of ${new Set(picked.map((row) => row.file_path)).size} files in ${output}`);
}
