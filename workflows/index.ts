export { benchItem } from './benchItem.ts';
export { benchRun } from './benchRun.ts';
export { benchShard } from './benchShard.ts';
export { benchSuite } from './benchSuite.ts';
export { datasetBuild } from './datasetBuild.ts';
export { wandbSync } from './wandbSync.ts';
