import type { Ports } from '../../activities/ports.ts';
import type { ModelSpec } from '../../src/core/run.ts';
import { createTasks } from '../../src/core/tasks/index.ts';
import { createModel } from '../../src/models/index.ts';
import type { Model } from '../../src/ports/model.ts';
import { loadPythonParser } from '../../src/python/pythonParser.ts';
import { createLocalStore } from '../../src/storage/localStore.ts';
import { scriptedSandbox } from './scriptedSandbox.ts';

/** Real store, real tasks, a model that answers at once and a sandbox that runs nothing: what is left is ours. */
export async function instantPorts(): Promise<Ports> {
  const failing = scriptedSandbox(() => 'failed');
  return {
    openStore: createLocalStore,
    createModel: createInstantModel,
    explainModelGap: () => null,
    sandboxFor: () => failing,
    chooseLocalProvider: () => Promise.resolve('bubblewrap'),
    openEnvironment: () => Promise.reject(new Error('nothing is run here')),
    planBuild: () => Promise.reject(new Error('nothing is run here')),
    tasks: createTasks(await loadPythonParser()),
  };
}

/** Another wrong answer each turn, so that every turn writes an answer, a report and a grade. */
function createInstantModel(spec: ModelSpec): Model {
  const stub = createModel({ ...spec, provider: 'stub' }, {});
  return {
    ...stub,
    ask(request, origin, signal) {
      const text = origin.known.stub.replace('NotImplementedError', `NotImplementedError(${origin.turn})`);
      return stub.ask(request, { ...origin, known: { ...origin.known, stub: text } }, signal);
    },
  };
}
