export { readBaseline, recordBaseline } from './baseline.ts';
export { checkStability, type StabilityFound } from './checkStability.ts';
export { resourcesFolder } from './resourcesFolder.ts';
export { buildEnvironment } from './buildEnvironment.ts';
export { quarantineFile, readQuarantine } from './quarantine.ts';
export { listEnvironments, openEnvironment } from './openEnvironment.ts';
export { pinRequirements } from './pinRequirements.ts';
export { readDescription, readRepositorySpec, specPath } from './repositorySpec.ts';
export { tryTests } from './tryTests.ts';
