import { Command } from 'commander';
import { keepFigures, openMetrics } from '../../activities/sendMetrics.ts';
import { wandbOf } from '../config/wandb.ts';
import { ConfigError } from '../core/errors.ts';
import type { WandbSettings } from '../core/run.ts';
import { sendOutbox, wandbRunId } from '../report/wandb/outbox.ts';
import { emptySeen } from '../report/wandb/points.ts';
import { createWandbClient } from '../report/wandb/wandbClient.ts';
import { configOfFlags } from './configOfFlags.ts';
import { findRunFolders, openRunFolder } from './openRunFolder.ts';

/** `bench wandb sync RUN…`: sends the figures that were kept offline. */
export function wandbCommand(): Command {
  const sync = new Command('sync')
    .summary('send the figures of runs that have not arrived')
    .description('Send the figures of runs that have not arrived at Weights & Biases yet.')
    .argument('<folders...>', 'folders of runs, or a folder that holds some; s3://… as well')
    .action(syncRuns);
  return new Command('wandb').description('Figures of runs for Weights & Biases.').addCommand(sync);
}

async function syncRuns(paths: readonly string[]): Promise<void> {
  const folders = [...new Set((await Promise.all(paths.map(findRunFolders))).flat())];
  for (const folder of folders) {
    const { store, record } = await openRunFolder(folder);
    const kept = await openMetrics(store);
    const settings = settingsOf(kept?.settings ?? null);
    const opened = { store, record, settings };
    await keepFigures(opened, emptySeen());
    const client = createWandbClient(settings, process.env);
    const points = await sendOutbox({ ...opened, client, isComplete: true });
    process.stdout.write(
      `${record.request.name}: ${points} points, run ${wandbRunId(record)} of ${settings.project}\n`,
    );
  }
}

/** The variables of now, else what the run was submitted with. */
function settingsOf(kept: WandbSettings | null): WandbSettings {
  const now = wandbOf(configOfFlags([]));
  if (now === undefined) {
    throw new ConfigError(
      'Expected WANDB_API_KEY in the environment (and WANDB_MODE not disabled), found none: set it.',
    );
  }
  const { WANDB_BASE_URL: address, WANDB_ENTITY: entity } = process.env;
  if (kept === null) return now;
  return { ...kept, ...(address && { baseUrl: address }), ...(entity && { entity }) };
}
