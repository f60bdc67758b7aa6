export { readBaseline, recordBaseline } from './baseline.ts';
export { benchHome, resourcesFolder } from './benchHome.ts';
export { buildEnvironment } from './buildEnvironment.ts';
export { listEnvironments, openEnvironment } from './openEnvironment.ts';
export { readRepositorySpec } from './repositorySpec.ts';
