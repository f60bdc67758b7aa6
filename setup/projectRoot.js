import { fileURLToPath } from 'node:url';

/** The folder with package.json. */
export const projectRoot = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** Node 24, as npm brings it. */
export const projectNode = `${projectRoot}/node_modules/.bin/node`;
