import { loadPromptTexts } from '../src/config/promptTexts.ts';
import { digestOf } from '../src/core/digest.ts';
import { ConfigError } from '../src/core/errors.ts';
import { taskKindOf, type RunRecord } from '../src/core/run.ts';
import { runnerDigest } from '../src/sandbox/index.ts';

/** Of each host's own, and not to be changed while a run is open. */
export type OwnPart = 'prompts' | 'runner';

/** Throws ConfigError where this host's part is another than the run was begun with. */
export async function insistOn(record: RunRecord, part: OwnPart): Promise<void> {
  const { request } = record;
  if (part === 'runner') refuseOther(record, part, await runnerDigest());
  else
    refuseOther(record, part, digestOf((await loadPromptTexts(request.promptsFolder))[taskKindOf(request)]));
}

/** The same for a part that has been read already. */
export function refuseOther({ request, lock }: RunRecord, part: OwnPart, digest: string): void {
  if (lock[part] === digest) return;
  throw new ConfigError(
    `The ${part} have changed since the run ${request.name} began. Put the old ones back, or start another run with --new.`,
  );
}
