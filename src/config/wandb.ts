import type { WandbSettings } from '../core/run.ts';
import { ConfigError } from '../core/errors.ts';
import type { LoadedConfig } from './loadConfig.ts';

/**
 * Where figures go: with WANDB_API_KEY to Weights & Biases, with WANDB_MODE=offline into the run's folder only; nowhere
 * without the two, with WANDB_MODE=disabled, or without a project.
 */
export function wandbOf({ values, environment }: LoadedConfig): WandbSettings | undefined {
  const read = (name: string): string | null => environment[name] || null;
  const project = values.wandb.project_name;
  const usual = read('WANDB_API_KEY') === null ? 'disabled' : 'online';
  const mode = read('WANDB_MODE') ?? usual;
  if (mode !== 'online' && mode !== 'offline' && mode !== 'disabled') {
    throw new ConfigError(`WANDB_MODE must be online, offline or disabled; found ${JSON.stringify(mode)}.`);
  }
  if (mode === 'disabled' || project === null) return undefined;
  return {
    mode,
    project,
    entity: read('WANDB_ENTITY'),
    baseUrl: read('WANDB_BASE_URL') ?? 'https://api.wandb.ai',
    email: read('WANDB_EMAIL'),
  };
}
