export { readBaseline, recordBaseline, type Baseline, type BaselineEntry } from './baseline.ts';
export { benchHome, resourcesFolder } from './benchHome.ts';
export { buildEnvironment, type BuildRequest } from './buildEnvironment.ts';
export { listEnvironments, openEnvironment, type EnvironmentListing } from './openEnvironment.ts';
