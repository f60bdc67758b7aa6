export { checkSandbox, compareResults, type CaseResult } from './checkSandbox.ts';
