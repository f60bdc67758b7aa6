import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { BuildInput } from '../src/core/flow/builds.ts';
import type { Build, BuildDatasetOptions } from '../src/dataset/builder/buildDataset.ts';
import { openBuild, openBuildFolder } from '../src/dataset/builder/buildDataset.ts';
import { surveyLabels } from '../src/dataset/builder/surveyLabels.ts';
import { writeSheet } from '../src/dataset/datasheet.ts';
import { benchHome } from '../setup/home.js';
import { buildEnvironment, readRepositorySpec } from '../src/environments/index.ts';
import type { BuildActivities } from './activities.ts';
import { freeWorkSignal } from './activityContext.ts';
import type { Ports } from './ports.ts';

/** The steps of a dataset's build. All of them keep what they finish, so each can be given up and done again. */
export function datasetBuild(ports: Ports): BuildActivities {
  const opened = openLatest(ports);
  return {
    async surveyTests({ input, labels }) {
      const options = await optionsOf(ports, input);
      await surveyLabels({ ...options, labels, work: await openBuildFolder(options), slots: 1 });
    },
    async chooseMethods(input) {
      const { methods } = await opened(input);
      return { methods: methods.length, atATime: availableParallelism() };
    },
    async proveMethods({ input, from, to, fullFiles }) {
      const { methods, prove } = await opened(input);
      const proved = [];
      for (const located of methods.slice(from, to)) {
        const { filePath } = located;
        const isRow =
          !fullFiles.includes(filePath) && (await prove(located, freeWorkSignal())).kind === 'row';
        proved.push({ filePath, isRow });
      }
      return proved;
    },
    async writeDataset(input) {
      const { rows, digest } = await (await openBuild(await optionsOf(ports, input))).finish();
      await writeSheet(input.output);
      return { output: input.output, rows: rows.length, digest };
    },
  };
}

/** Opening a build takes some seconds and much memory: the latest one is kept. */
function openLatest(ports: Ports): (input: BuildInput) => Promise<Build> {
  let latest: { readonly key: string; readonly build: Promise<Build> } | null = null;
  return (input) => {
    const key = JSON.stringify(input);
    if (latest?.key === key) return latest.build;
    const build = optionsOf(ports, input, new AbortController().signal).then(openBuild);
    latest = { key, build };
    build.catch(() => {
      if (latest?.build === build) latest = null;
    });
    return build;
  };
}

async function optionsOf(
  ports: Ports,
  input: BuildInput,
  signal: AbortSignal = freeWorkSignal(),
): Promise<BuildDatasetOptions> {
  const environment = await buildEnvironment({ repository: input.repository });
  const { title, source } = await readRepositorySpec(input.repository);
  return {
    ...input,
    environment,
    sandbox: ports.sandboxFor({ grading: { provider: 'bubblewrap', docker: null } }),
    repository: { title, licenses: source.licenses },
    workRoot: join(benchHome(), 'dataset-builds'),
    slots: availableParallelism(),
    signal,
    onProgress: () => undefined,
  };
}
