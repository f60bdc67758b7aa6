export { keepServers, type KeptServers } from './keepServers.ts';
export { choosePorts, planServers } from './planServers.ts';
export { startServers, stopServers, type StartOptions } from './startServers.ts';
export { runningServers, stopOwnServers, sweepServers } from './sweepServers.ts';
export { weightsDigest } from './weightsDigest.ts';
