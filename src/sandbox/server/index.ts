export { createSandboxServer } from './createSandboxServer.ts';
export type { ServerParts, ServerRules } from './serverParts.ts';
