export { deletePart } from './deletePart.ts';
export { readKubernetesFile, type KubernetesFile } from './kubernetesFile.ts';
export { applyManifests, inNamespace, kubectl, kubectlHere } from './kubectl.ts';
export { ownLabels, showManifests, type Manifest } from './manifest.ts';
export { runManifests } from './runManifests.ts';
export { readRunStates, type RunState } from './runStates.ts';
export { sandboxAddresses, sandboxManifests, sandboxName, tokenSecret } from './sandboxManifests.ts';
