import { bubblewrap } from './needs/bubblewrap.js';
import { environment } from './needs/environment.js';
import { node24 } from './needs/node24.js';
import { packages } from './needs/packages.js';
import { python } from './needs/python.js';
import { temporal } from './needs/temporal.js';

/**
 * Everything the benchmark cannot run without, in the order in which it is brought: set-up and `bench doctor` both
 * read this list.
 * @type {readonly import('./types.d.ts').Need[]}
 */
export const needs = [packages, node24, python, bubblewrap, temporal, environment];
