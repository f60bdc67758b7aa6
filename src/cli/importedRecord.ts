import { createHash } from 'node:crypto';
import type { Row, TaskName } from '../core/row.ts';
import type { RunRecord, RunRequest } from '../core/run.ts';
import type { OriginalResult } from '../report/import/originalResults.ts';
import { joinPlace } from '../storage/index.ts';
import { resolveSuite } from '../config/resolveSuite.ts';
import { configOfFlags } from './configOfFlags.ts';

export interface Imported {
  readonly name: string;
  readonly task: TaskName;
  readonly model: string;
  readonly outputFolder: string;
  readonly folder: string;
  /** Of the file that was imported. */
  readonly digest: string;
  /** Of the set that its rows are of. */
  readonly dataset: string;
  readonly rows: readonly Row[];
  readonly lines: readonly OriginalResult[];
}

/** The record of a run that others made: what they did not say is what the defaults are, and the lock says that it was imported. */
export function importedRecord(input: Imported): RunRecord {
  const { name, task, lines, folder, digest, rows } = input;
  const request = requestOf(input);
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  return {
    schema: 1,
    createdAt: new Date().toISOString(),
    request: { ...request, name, task, datasetPath: joinPlace(folder, 'dataset/rows.jsonl') },
    lock: {
      dataset: `sha256:${createHash('sha256').update(text).digest('hex')}`,
      environment: 'imported',
      imported: digest,
      imported_dataset: input.dataset,
    },
    environment: { name: 'imported', digest: 'imported' },
    itemCount: rows.length,
    leftOut: {},
    versions: { imported_lines: String(lines.length) },
    quarantined: [],
  };
}

function requestOf({ task, model, outputFolder, lines }: Imported): RunRequest {
  const turns = lines.map(({ max_turns: most, test_results: taken }) => Math.max(most ?? 1, taken.length));
  const samples = Math.max(...lines.map(({ sample }) => (sample ?? 0) + 1));
  const config = configOfFlags([
    { key: 'benchmark', value: task, flag: '--task' },
    { key: 'inference.provider', value: 'openai', flag: '--model' },
    { key: 'inference.base_url', value: 'http://imported.invalid', flag: '--model' },
    { key: 'inference.model_name', value: model, flag: '--model' },
    { key: 'inference.samples', value: samples, flag: 'sample' },
    { key: 'inference.sandbox_provider', value: 'none', flag: '--task' },
    { key: 'paths.output_folder', value: outputFolder, flag: '--output' },
  ]);
  const [request] = resolveSuite(config).runs;
  if (request === undefined) throw new Error('a configuration without suite is one run');
  const { unnamedDataset: _, ...rest } = request;
  return { ...rest, policy: { ...request.policy, maxTurns: Math.max(1, ...turns) } };
}
