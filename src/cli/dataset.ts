import { Command } from 'commander';
import { buildCommand } from './datasetBuild.ts';
import { bugsCommand } from './datasetBugs.ts';
import { diffCommand, exportCommand, sheetCommand } from './datasetExport.ts';
import { listCommand } from './datasetList.ts';
import { pickCommand } from './datasetPick.ts';
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
    listCommand,
  ];
  for (const part of parts) command.addCommand(part());
  return command;
}
