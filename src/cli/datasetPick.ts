import { Command } from 'commander';
import { pickQuickRows } from '../dataset/pickRows.ts';
import { refuseBadRows } from '../dataset/readDataset.ts';
import { rowsDigest, writeDataset } from '../dataset/writeDataset.ts';
import { openDataset, positiveNumber, print } from './datasetTools.ts';

/** `bench dataset pick`: few rows that are graded quickly. */
export function pickCommand(): Command {
  return new Command('pick')
    .description(
      'write the rows of a dataset that are graded quickest, those with held-out tests first, a quarter of short files, two of a file at most',
    )
    .argument('<file>', 'the dataset to pick from')
    .requiredOption('-o, --output <file>', 'where to write them: .jsonl, .jsonl.gz or .jsonl.zst')
    .option('--rows <count>', 'how many', positiveNumber, 20)
    .addHelpText('after', '\nExample:\n  bench dataset pick big.jsonl.gz --rows 20 -o quick.jsonl.gz')
    .action((from: string, { output, rows }: { output: string; rows: number }) =>
      pickInto({ from, rows, output }),
    );
}

/** Writes the quickest rows of a set, which is named or is a file. */
export async function pickInto({
  from,
  rows,
  output,
}: {
  from: string;
  rows: number;
  output: string;
}): Promise<void> {
  const dataset = await openDataset(from);
  refuseBadRows(dataset);
  const picked = pickQuickRows(dataset.rows, rows);
  const how = `the ${rows} rows that are graded quickest`;
  const { header } = dataset;
  const made_from = { digest: rowsDigest(dataset.rows), how };
  await writeDataset(output, picked, header && { ...header, funnel: null, made_from });
  print(`${picked.length} rows of ${new Set(picked.map((row) => row.file_path)).size} files in ${output}`);
}
