import { settleGrading } from '../src/core/gradingPolicy.ts';
import type { RunRecord, RunRequest, RunSandboxName } from '../src/core/run.ts';
import { joinPlace } from '../src/storage/index.ts';
import type { Ports } from './ports.ts';

/** A request whose provider is known, and what to tell the user about it. */
export interface SettledRequest {
  readonly request: RunRequest;
  readonly notice: string | null;
}

/**
 * `local` is what the run was begun with, else what this machine has now: once for all runs of a suite, and then
 * kept in the run's record, so that a run is not begun by one provider and finished by another.
 */
export function createSettleProvider(ports: Ports): (request: RunRequest) => Promise<SettledRequest> {
  let here: Promise<RunSandboxName> | null = null;
  return async (request) => {
    const { grading } = request;
    if (grading.provider !== 'local') return settled(request, grading.provider, null);
    const before = await begunWith(ports, request);
    if (before !== null) return settled(request, before, `${before}, as when the run was begun`);
    here ??= ports.chooseLocalProvider();
    const provider = await here;
    const why = provider === 'docker' ? "Docker's engine answers" : 'no Docker engine answers here';
    return settled(request, provider, `${provider}, for ${why}`);
  };
}

function settled(request: RunRequest, provider: RunSandboxName, choice: string | null): SettledRequest {
  const notice = choice === null ? null : `inference.sandbox_provider local: ${choice}.`;
  return { request: { ...request, grading: settleGrading(request.grading, provider) }, notice };
}

/** A run that was begun with something that `local` never is stays another run: its lock says so. */
async function begunWith(ports: Ports, request: RunRequest): Promise<RunSandboxName | null> {
  const bytes = await ports.openStore(joinPlace(request.outputFolder, request.name)).get('run.json');
  if (bytes === null) return null;
  const { provider } = (JSON.parse(bytes.toString()) as RunRecord).request.grading;
  return provider === 'docker' || provider === 'bubblewrap' ? provider : null;
}
