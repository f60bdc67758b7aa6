import type { EmbeddedMember } from '../config/embeddedModel.ts';
import type { LoadedConfig } from '../config/loadConfig.ts';
import type { EmbeddedPlan } from '../models/serving/serverPlans.ts';
import { tell } from './session.ts';

/** Servers of the embedded engine for a configuration's models, one for each model; engine and weights are brought. */
export async function planEmbedded(
  config: LoadedConfig,
  members: readonly EmbeddedMember[],
  ports: readonly number[],
): Promise<EmbeddedPlan[]> {
  const [{ embeddedSettings }, { bringEngine }, { findKnown }, { fetchWeights }] = await Promise.all([
    import('../config/embeddedModel.ts'),
    import('../models/serving/embedded/bringEngine.ts'),
    import('../models/serving/embedded/knownWeights.ts'),
    import('../environments/index.ts'),
  ]);
  const engineFolder = await bringEngine(tell);
  const { contextSize, threads } = embeddedSettings(config);
  const plans: EmbeddedPlan[] = [];
  for (const { model, weights } of distinctModels(members)) {
    const known = findKnown(model);
    if (known !== null) await fetchWeights(model, known, tell);
    const { gpu } = config.values.inference.embedded_args;
    const port = ports[plans.length] ?? 0;
    plans.push({
      kind: 'embedded',
      engineFolder,
      weights,
      servedName: model,
      port,
      contextSize,
      threads,
      gpu,
    });
  }
  return plans;
}

/** One of each model: entries of a suite may ask the same one in several ways. */
export function distinctModels(members: readonly EmbeddedMember[]): EmbeddedMember[] {
  return [...new Map(members.map((member) => [member.model, member])).values()];
}
