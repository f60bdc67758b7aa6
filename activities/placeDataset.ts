import { findDataset } from '../src/config/configPaths.ts';
import { standInNotice } from '../src/config/notices.ts';
import { DatasetError } from '../src/core/errors.ts';
import type { RunRequest } from '../src/core/run.ts';
import { isHubPath, pinHubPath } from '../src/dataset/hub.ts';

/** The published set, and the shipped one that stands in for it. */
const published = 'hf://anonauthor/django_multi_task';
const standIn = 'django-4.0.4';

/** A request with its dataset where it can be read from, and what its user must know of that. */
export interface PlacedDataset {
  readonly request: RunRequest;
  readonly notice: string | null;
}

/**
 * A dataset on the hub is taken at the commit that it is now, so that nobody changes it under a run. Where the published
 * set cannot be had, the shipped one stands in.
 */
export async function placeDataset(request: RunRequest): Promise<PlacedDataset> {
  if (!isHubPath(request.datasetPath)) return { request, notice: null };
  try {
    return { request: { ...request, datasetPath: await pinHubPath(request.datasetPath) }, notice: null };
  } catch (error) {
    const path = request.datasetPath === published ? findDataset(standIn) : null;
    if (!(error instanceof DatasetError) || path === null) throw error;
    const why = error.message.split('\n')[0] ?? '';
    return { request: { ...request, datasetPath: path }, notice: standInNotice(why, path) };
  }
}
