import { ZipFile } from 'yazl';
import { recomposeOf } from '../../activities/summarizeRun.ts';
import { rowOf } from '../../activities/openRuns.ts';
import { inspectEntries } from '../report/export/inspectLog.ts';
import { openForReading } from './assembleRun.ts';
import type { OpenedFolder } from './openRunFolder.ts';

/** A run as Inspect AI's `.eval` archive; written while it is read, so that it may be of any length. */
export async function inspectArchive(opened: OpenedFolder): Promise<NodeJS.ReadableStream> {
  const run = await openForReading(opened);
  const items = run.items.map((ref) => ({ item: ref.item, row: rowOf(run, ref) }));
  const zip = new ZipFile();
  const fill = async (): Promise<void> => {
    try {
      const { store, record } = run;
      for await (const { name, content } of inspectEntries({
        store,
        record,
        items,
        recompose: recomposeOf(run),
      })) {
        zip.addBuffer(Buffer.from(content), name);
      }
      zip.end();
    } finally {
      await run.model.close();
    }
  };
  fill().catch((error: unknown) => zip.emit('error', error));
  zip.on('error', (error) => zip.outputStream.emit('error', error));
  return zip.outputStream;
}
