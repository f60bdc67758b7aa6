import { findDataset } from '../src/config/configPaths.ts';
import { standInNotice } from '../src/config/notices.ts';
import { DatasetError } from '../src/core/errors.ts';
import type { RunRecord, RunRequest } from '../src/core/run.ts';
import { isHubPath, pinHubPath } from '../src/dataset/hub.ts';
import { joinPlace, openStore } from '../src/storage/index.ts';

/** The published set, and the shipped one that stands in for it. */
const published = 'hf://anonauthor/django_multi_task';
const standIn = 'django-4.0.4';

/** How long the published set is waited for where nobody named it. */
const patienceSeconds = 5;

/** A request with its dataset where it can be read from, and what its user must know of that. */
export interface PlacedDataset {
  readonly request: RunRequest;
  readonly notice: string | null;
}

/**
 * A dataset on the hub is taken at the commit that it is now, so that nobody changes it under a run. Where no set is
 * named, and where the published one cannot be had, the shipped one stands in: for all runs of a suite, and for as long
 * as a run goes on.
 */
export function createPlaceDataset(): (request: RunRequest) => Promise<PlacedDataset> {
  let usual: Promise<Found> | null = null;
  return async (request) => {
    if (request.unnamedDataset === true) {
      const before = await begunWith(request);
      if (before !== null) return { request: { ...request, datasetPath: before }, notice: null };
      usual ??= findPublished('data.path is not set, and ', patienceSeconds);
    } else if (request.datasetPath === published) {
      usual ??= findPublished('');
    } else {
      const isElsewhere = isHubPath(request.datasetPath);
      const datasetPath = isElsewhere ? await pinHubPath(request.datasetPath) : request.datasetPath;
      return { request: { ...request, datasetPath }, notice: null };
    }
    const { path, notice } = await usual;
    return { request: { ...request, datasetPath: path }, notice };
  };
}

interface Found {
  readonly path: string;
  readonly notice: string | null;
}

async function findPublished(reason: string, seconds?: number): Promise<Found> {
  try {
    const path = await pinHubPath(published, seconds);
    const notice = `data.path is not set: the published set is taken (${path.slice('hf://'.length)}).`;
    return { path, notice: reason === '' ? null : notice };
  } catch (error) {
    const path = findDataset(standIn);
    if (!(error instanceof DatasetError) || path === null) throw error;
    return { path, notice: standInNotice(reason + (error.message.split('\n')[0] ?? ''), path) };
  }
}

async function begunWith({ outputFolder, name }: RunRequest): Promise<string | null> {
  const bytes = await openStore(joinPlace(outputFolder, name)).get('run.json');
  return bytes === null ? null : (JSON.parse(bytes.toString()) as RunRecord).request.datasetPath;
}
