import { loadPromptTexts } from '../src/config/promptTexts.ts';
import { digestOf } from '../src/core/digest.ts';
import { ConfigError } from '../src/core/errors.ts';
import { taskKindOf, type RunRecord } from '../src/core/run.ts';
import { runnerDigest } from '../src/sandbox/index.ts';

/** Of each host's own, and not to be changed while a run is open. */
export type OwnPart = 'prompts' | 'runner';

/** Throws ConfigError where this host's part is another than the run was begun with. */
export async function insistOn({ request, lock }: RunRecord, part: OwnPart): Promise<void> {
  const digest =
    part === 'runner'
      ? await runnerDigest()
      : digestOf((await loadPromptTexts(request.promptsFolder))[taskKindOf(request)]);
  if (lock[part] === digest) return;
  throw new ConfigError(
    `The ${part} have changed since the run ${request.name} began. Put the old ones back, or start another run with --new.`,
  );
}
