import type { RunSandboxName } from '../core/run.ts';
import { dockerAnswers } from './docker/index.ts';

/** A provider that `local` may become. */
export interface LocalChoice {
  readonly provider: RunSandboxName;
  /** Can it be used on this machine now? Never throws. */
  readonly answers: () => Promise<boolean>;
}

/** Best first; the last one's own check says what is wrong where none answers. */
export const localChoices: readonly LocalChoice[] = [
  { provider: 'docker', answers: dockerAnswers },
  { provider: 'bubblewrap', answers: () => Promise.resolve(true) },
];

/** What `local` is on this machine now. */
export async function chooseLocalProvider(
  choices: readonly LocalChoice[] = localChoices,
): Promise<RunSandboxName> {
  for (const { provider, answers } of choices) {
    if (await answers()) return provider;
  }
  return 'bubblewrap';
}
