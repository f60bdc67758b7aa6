export { createDockerSandbox } from './dockerSandbox.ts';
export { dockerAnswers } from './engine.ts';
