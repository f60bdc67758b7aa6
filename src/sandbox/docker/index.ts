export { createDockerSandbox } from './dockerSandbox.ts';
export { dockerAnswers } from './engine.ts';
export type { DockerSettings } from './settings.ts';
