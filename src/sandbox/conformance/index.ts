export { checkSandbox, compareResults, conformanceCases, type CaseResult } from './checkSandbox.ts';
